//! The queries: each takes a connection, and the transaction that is open on it.

pub mod blocks;
pub mod deliveries;
pub mod favorite_items;
pub mod favorite_markets;
mod given;
pub mod inboxes;
pub mod muted_parties;
pub mod near;
pub mod notices;
pub mod notifications;
pub mod parties;
pub mod people;
pub mod reminders;
pub mod settings;
