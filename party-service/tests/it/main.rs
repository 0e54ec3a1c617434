//! The service as its clients see it, on a real database and cache.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "helpers read better as what they are")]

mod accounts;
mod addresses;
mod generated;
mod helpers;
mod kakao;
mod kakao_stand_in;
mod market_import;
mod market_rows;
mod markets;
mod nearby;
mod real_data;
mod service;
