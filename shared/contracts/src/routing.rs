//! Which event goes where: the table that publishers, consumers and the `AsyncAPI` document share.
//!
//! A new type of event, or a new reader of one, is a line here. Everyone who connects to the
//! broker declares all of it, so that no event is published before its queues are there.

use crate::ban::BanEvent;
use crate::block::BlockEvent;
use crate::catalog::{CatalogImported, ImportRequested};
use crate::chat::{MessageRemoved, RoomOpened};
use crate::event::EventData;
use crate::party::PartyEvent;
use crate::penalty::PenaltyEvent;
use crate::session::SessionsRevoked;
use crate::user::UserEvent;

/// The topic exchange that all events go through; the routing key is the event's `type`.
pub const EXCHANGE: &str = "events";

/// What a service says.
#[derive(Clone, Copy, Debug)]
pub struct Publication {
    /// The `source` of its events, without the leading slash.
    pub service: &'static str,
    /// The types of its events, grouped by the data they carry.
    pub kinds: &'static [&'static [&'static str]],
}

/// What a service wants to hear. All its instances share the queue.
#[derive(Clone, Copy, Debug)]
pub struct Subscription {
    /// The queue, named after the service that reads it.
    pub queue: &'static str,
    /// The types of event that are put into it, grouped by the data they carry.
    pub kinds: &'static [&'static [&'static str]],
}

impl Publication {
    /// Every type of event it publishes.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().copied().flatten().copied()
    }
}

impl Subscription {
    /// Every type of event it reads.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().copied().flatten().copied()
    }
}

/// The party-service tells of accounts, sessions, bans, blocks, parties, penalties, and messages that an
/// administrator has removed.
///
/// `session.revoked.v1` has no queue: what must be refused at once cannot wait in one, and every
/// instance has to hear of it. It reaches them through Redis; the event is for the record.
pub const PARTY: Publication = Publication {
    service: "party-service",
    kinds: &[
        UserEvent::KINDS,
        SessionsRevoked::KINDS,
        BanEvent::KINDS,
        BlockEvent::KINDS,
        PartyEvent::KINDS,
        PenaltyEvent::KINDS,
        MessageRemoved::KINDS,
    ],
};

/// The catalog-service tells that an administrator wants another catalogue, and that there is one,
/// which nobody reads from a queue.
pub const CATALOG: Publication = Publication {
    service: "catalog-service",
    kinds: &[ImportRequested::KINDS, CatalogImported::KINDS],
};

/// The chat-service tells that the members of a party can talk.
pub const ROOMS: Publication = Publication { service: "chat-service", kinds: &[RoomOpened::KINDS] };

/// The chat-service needs to know who is in a party, what people are called, who may not write, and
/// what is to be removed.
pub const CHAT: Subscription = Subscription {
    queue: "chat",
    kinds: &[UserEvent::KINDS, BanEvent::KINDS, PartyEvent::KINDS, MessageRemoved::KINDS],
};

/// The notify-service needs to know where people are, who does not want to see whom, and what happens to parties, to those who did
/// not come, and that a room is open.
pub const NOTIFY: Subscription = Subscription {
    queue: "notify",
    kinds: &[
        UserEvent::KINDS,
        BlockEvent::KINDS,
        PartyEvent::KINDS,
        PenaltyEvent::KINDS,
        RoomOpened::KINDS,
    ],
};

/// The party-service keeps the log of what administrators do, wherever they do it.
pub const LOG: Subscription = Subscription { queue: "party", kinds: &[ImportRequested::KINDS] };

/// Everything that is said.
pub const PUBLICATIONS: &[Publication] = &[PARTY, CATALOG, ROOMS];

/// Everything that is heard.
pub const SUBSCRIPTIONS: &[Subscription] = &[LOG, CHAT, NOTIFY];
