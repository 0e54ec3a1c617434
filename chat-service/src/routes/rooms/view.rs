//! How rooms are shown.

use chrono::{DateTime, Utc};
use contracts::party::{ItemRef, PartyStatus};
use contracts::{PartyId, RoomId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Role;
use crate::domain::room::TALK_AFTER_END;
use crate::store::rooms::mine::Mine;
use crate::wire::MessageView;

/// A room as one of its people sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoomView<'a> {
    /// Which room.
    id: RoomId,
    /// Whose room.
    party_id: PartyId,
    /// Where the party is in its life.
    party_status: PartyStatus,
    /// What the party buys.
    item: &'a ItemRef,
    /// Where they meet.
    #[schema(example = "남대문시장")]
    market_name: &'a str,
    /// When they meet.
    starts_at: DateTime<Utc>,
    /// What one is here.
    role: Role,
    /// From when on nothing more can be said, once the party is over.
    #[schema(required)]
    read_only_from: Option<DateTime<Utc>>,
    /// The place of the last message; 0 if there is none.
    #[schema(example = 42)]
    last_seq: u64,
    /// How far one has read.
    #[schema(example = 40)]
    read_seq: u64,
    /// How many messages others have said since.
    #[schema(example = 2)]
    unread: u64,
    /// The last message.
    #[schema(required)]
    last_message: Option<MessageView<'a>>,
}

impl<'a> RoomView<'a> {
    /// Shows a room to one of its people.
    pub(super) fn new(mine: &'a Mine, reader: UserId) -> Self {
        let room = &mine.room;
        Self {
            id: room.id,
            party_id: room.party_id,
            party_status: room.party_status,
            item: &room.item,
            market_name: &room.market_name,
            starts_at: room.starts_at,
            role: room.role_of(reader),
            read_only_from: room.ended_at.map(|ended_at| ended_at + TALK_AFTER_END),
            last_seq: room.last_seq,
            read_seq: mine.read_seq,
            unread: mine.unread,
            last_message: mine.last_message.as_ref().map(MessageView::new),
        }
    }
}
