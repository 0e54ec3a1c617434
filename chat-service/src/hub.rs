//! Hands messages to those who are connected here.

use bytes::Bytes;
use chassis::db::Db;
use contracts::RoomId;

use crate::wire::Stored;

/// The connections of this instance.
#[derive(Clone)]
pub struct Hub {
    _db: Db,
}

impl Hub {
    /// A hub without connections.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { _db: db }
    }

    /// Hands on messages.
    pub fn deliver(&self, _room: RoomId, _messages: &[Stored]) {}

    /// A room has come so far.
    pub fn advance(&self, _room: RoomId, _last_seq: u64) {}

    /// Hands on what is not stored.
    pub fn announce(&self, _room: RoomId, _json: Bytes) {}

    /// The rooms that somebody watches, and how far they are known.
    #[must_use]
    pub fn watched(&self) -> Vec<(RoomId, u64)> {
        Vec::new()
    }
}
