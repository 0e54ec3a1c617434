//! The service as its clients see it, on a real database and cache.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "helpers read better as what they are")]

mod account_outage;
mod account_sweep;
mod accounts;
mod addresses;
mod catalog_stand_in;
mod change_password;
mod chat_stand_in;
mod command_line;
mod events;
mod generated;
mod helpers;
mod kakao;
mod kakao_stand_in;
mod keys;
mod logs;
mod market_import;
mod market_rows;
mod markets;
mod markets_near;
mod parties;
mod penalties;
mod real_data;
mod revocation;
mod service;
mod sessions;
mod sign_in;
mod tokens;
mod trust;
