//! The service as its clients and operators see it, against real servers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking"
)]

mod categories;
mod command_line;
mod generated;
mod helpers;
mod identity;
mod items;
mod outage;
mod real_data;
mod search;
mod search_reference;
mod suggestions;
