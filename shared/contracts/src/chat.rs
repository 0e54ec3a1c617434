//! Events about chat rooms.

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
