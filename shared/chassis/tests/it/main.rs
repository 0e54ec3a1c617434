//! The chassis on real servers.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod bodies;
mod bus;
mod database;
mod detach;
mod idempotency;
mod keys;
mod revocation;
mod shutdown;
mod spans;
mod things;
mod tokens;
