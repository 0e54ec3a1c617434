//! The service as its clients see it, on a real database and cache.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "helpers read better as what they are")]

mod generated;
mod helpers;
mod service;
