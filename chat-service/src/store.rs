//! Queries. They take a connection, so that callers compose transactions.

pub mod bans;
pub mod erasures;
pub mod export;
pub mod former_members;
pub mod members;
pub mod messages;
pub mod people;
pub mod rooms;
