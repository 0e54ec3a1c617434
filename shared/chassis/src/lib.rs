//! How every service starts, logs, fails and stops.
//!
//! A service is its own domain, tables and routes on top of this crate. What the services have to
//! do alike stands here once: configuration, logs and metrics, the life cycle, the clock, the
//! shape of errors, identity, idempotency, the database, the cache and the bus. Nothing in here
//! knows what a party or an item is.

pub mod bus;
pub mod clock;
pub mod config;
pub mod db;
pub mod http;
pub mod identity;
pub mod lifecycle;
pub mod redis;
pub mod telemetry;
pub mod text;
