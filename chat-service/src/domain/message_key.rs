//! What tells one message from another, however often it is sent.

use contracts::{RoomId, UserId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::client_message_id::ClientMessageId;

/// The identity of a message within its room, unique in the database. It is what makes storing
/// repeatable: by the sender, who says the same name again, and by us, when a connection broke and
/// it is unknown whether a commit took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey([u8; 16]);

impl MessageKey {
    /// The key of a message that its sender has named.
    #[must_use]
    pub fn named(room: RoomId, sender: UserId, name: &ClientMessageId) -> Self {
        let mut hash = Sha256::new();
        hash.update(room.as_uuid().as_bytes());
        hash.update(sender.as_uuid().as_bytes());
        hash.update(name.as_str());
        let mut key = [0; 16];
        for (byte, of_hash) in key.iter_mut().zip(hash.finalize()) {
            *byte = of_hash;
        }
        Self(key)
    }

    /// The key of a message without a name: another one each time.
    #[must_use]
    pub fn unnamed() -> Self {
        Self(Uuid::now_v7().into_bytes())
    }

    /// The key as it was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key as it is stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_senders_own() {
        let (room, other_room) = (RoomId::new(), RoomId::new());
        let (me, you) = (UserId::new(), UserId::new());
        let name = ClientMessageId::parse("1").unwrap();
        let key = MessageKey::named(room, me, &name);
        assert_eq!(MessageKey::named(room, me, &name), key);
        assert_ne!(MessageKey::named(room, you, &name), key);
        assert_ne!(MessageKey::named(other_room, me, &name), key);
        assert_ne!(MessageKey::unnamed(), MessageKey::unnamed());
    }
}
