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
mod import_admin;
mod import_answers;
mod import_crashes;
mod import_schedule;
mod imports;
mod items;
mod outage;
mod real_data;
mod search;
mod search_reference;
mod secrets;
mod source;
mod suggestions;
