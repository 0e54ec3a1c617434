//! The service as its clients and operators see it, against real servers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking"
)]

mod crash;
mod directory;
mod erased;
mod export;
mod favorites;
mod forgotten;
mod generated;
mod helpers;
mod identity;
mod inbox;
mod late;
mod near;
mod order;
mod outage;
mod reminders;
mod stage;
mod stream;
mod told;
mod wishes;
