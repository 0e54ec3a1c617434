//! The service as its clients and operators see it, against real servers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking"
)]

mod generated;
mod helpers;
