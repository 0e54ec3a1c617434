//! The platform as its users see it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod authorisation;
mod chat;
mod conformance;
mod crash;
mod moderation;
mod operations;
mod penalties;
mod people;
mod power_cuts;
mod readme;
mod rolling;
mod sessions;
mod socket;
mod streams;
mod tour;
mod withdrawal;
