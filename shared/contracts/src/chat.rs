//! Events about chat rooms and what is said there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{PartyId, RoomId, UserId};
use crate::party::ItemRef;

/// `chat.room_opened.v1`: the first member of a party was accepted, and they can talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomOpened {
    /// Which room.
    pub room_id: RoomId,
    /// Whose room.
    pub party_id: PartyId,
    /// What the party buys.
    pub item: ItemRef,
    /// Who opened the party.
    pub leader_id: UserId,
    /// Who else can talk, the leader not among them.
    pub member_ids: Vec<UserId>,
}

impl EventData for RoomOpened {
    const KINDS: &'static [&'static str] = &["chat.room_opened.v1"];

    fn kind(&self) -> &'static str {
        "chat.room_opened.v1"
    }

    fn subject(&self) -> String {
        self.room_id.to_string()
    }
}

/// `message.removed.v1`: an administrator has removed what somebody said in a chat, after a report.
///
/// The place stays, and so does who said it; the words are gone. Twice is as good as once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageRemoved {
    /// In which room.
    pub room_id: RoomId,
    /// Which message of the room.
    pub seq: u64,
}

impl EventData for MessageRemoved {
    const KINDS: &'static [&'static str] = &["message.removed.v1"];

    fn kind(&self) -> &'static str {
        "message.removed.v1"
    }

    fn subject(&self) -> String {
        self.room_id.to_string()
    }
}
