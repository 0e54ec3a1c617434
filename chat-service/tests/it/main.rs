//! The service as its clients see it, on a real database, cache and broker.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod events;
mod export;
mod generated;
mod helpers;
mod messages;
mod removed;
mod rooms;
mod socket;
mod stomp_client;
mod storm;
mod writer;
