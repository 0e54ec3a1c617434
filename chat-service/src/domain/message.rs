//! A stored message.

use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};

use super::client_message_id::ClientMessageId;
use super::kind::Kind;
use super::person::Person;

/// A message of a room, as everyone there may read it.
#[derive(Clone, Debug)]
pub struct Message {
    /// In which room.
    pub room_id: RoomId,
    /// Its place in the room: the first is 1, and none is left out.
    pub seq: u64,
    /// What it is.
    pub kind: Kind,
    /// Who said it, or to whom it happened.
    pub person: Option<Person>,
    /// What was said; empty if something happened, or if the words were removed. Of a removal, the
    /// place of what was removed.
    pub content: String,
    /// Whether it has lost its words. Its place stays, and who said something there.
    pub removed: bool,
    /// What its sender calls it.
    pub client_message_id: Option<ClientMessageId>,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
}

/// What a message does to those who read along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// This person reads no further.
    Cut(UserId),
    /// Nobody reads any further.
    Close,
}

impl Message {
    /// Which message has lost its words, if that is what it tells.
    #[must_use]
    pub fn removes(&self) -> Option<u64> {
        (self.kind == Kind::Removed).then(|| self.content.parse().ok()).flatten()
    }

    /// What it does to those who read along.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match (self.kind, &self.person) {
            (Kind::Left, Some(person)) => Effect::Cut(person.id),
            (Kind::Closed, _) => Effect::Close,
            _ => Effect::None,
        }
    }
}
