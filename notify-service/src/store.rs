//! The queries: each takes a connection, and the transaction that is open on it.

pub mod inboxes;
pub mod notifications;
pub mod people;
