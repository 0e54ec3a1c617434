//! A party as clients see it.

use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::party::PartyStatus;
use contracts::{MarketId, PartyId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::name::Name;
use crate::domain::party::{CancelledBy, Description, LockedBy, MaxPenalties, State, Won};
use crate::store::parties::Shown;

/// A party, as everyone who is signed in may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartyView {
    /// Which.
    id: PartyId,
    /// Where it is in its life.
    status: PartyStatus,
    /// What locked it, if it is locked.
    #[schema(required)]
    locked_by: Option<LockedBy>,
    /// What cancelled it, if it is cancelled.
    #[schema(required)]
    cancelled_by: Option<CancelledBy>,
    /// Who opened it.
    leader: PersonView,
    /// Where they meet.
    market: MarketBrief,
    /// What they buy.
    item: ItemBrief,
    /// How much of the item.
    #[schema(example = 10)]
    quantity: u32,
    /// In which unit.
    #[schema(example = "kg")]
    unit: String,
    /// What it costs in all, in won, if that is known.
    #[schema(required, example = 40_000)]
    total_price: Option<u32>,
    /// What the leader says about it.
    #[schema(required, example = "정문 앞에서 만나요")]
    description: Option<String>,
    /// In how many shares the purchase is split.
    #[schema(example = 4)]
    total_shares: u32,
    /// How many of them the leader keeps.
    #[schema(example = 1)]
    leader_shares: u32,
    /// How many must be taken by the deadline, the leader's included, for it to go ahead.
    #[schema(example = 2)]
    min_shares: u32,
    /// How many are taken, the leader's included.
    #[schema(example = 3)]
    taken_shares: u32,
    /// How many people take part, the leader included.
    #[schema(example = 3)]
    members_count: u32,
    /// How many active penalties an applicant may have at most, if that matters.
    #[schema(required, example = 2)]
    max_penalties: Option<u8>,
    /// When the meeting begins.
    starts_at: DateTime<Utc>,
    /// When it is over.
    ends_at: DateTime<Utc>,
    /// Until when one may apply.
    join_deadline: DateTime<Utc>,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// Grows with each change.
    version: u64,
}

/// Somebody, as others see them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct PersonView {
    /// Who.
    user_id: UserId,
    /// The name others see; "탈퇴한 사용자" or "Withdrawn user" if the person has left.
    #[schema(example = "사과장수")]
    nickname: String,
}

impl PersonView {
    /// Somebody, for a reader of this language.
    pub(in crate::routes) fn new(user_id: UserId, name: Name, reader: Locale) -> Self {
        Self { user_id, nickname: name.in_locale(reader) }
    }
}

/// Where a party meets.
#[derive(Debug, Serialize, ToSchema)]
struct MarketBrief {
    /// Which market.
    id: MarketId,
    /// What people call it.
    #[schema(example = "망원시장")]
    name: String,
    /// Degrees north (WGS84).
    #[schema(example = 37.556)]
    latitude: f64,
    /// Degrees east (WGS84).
    #[schema(example = 126.906)]
    longitude: f64,
}

/// What a party buys, as it was called when the party was opened.
#[derive(Debug, Serialize, ToSchema)]
struct ItemBrief {
    /// The public code.
    #[schema(example = "060103")]
    code: String,
    /// The name.
    #[schema(example = "사과 (후지)")]
    name: String,
    /// The code of its category.
    #[schema(example = "06")]
    category_code: String,
}

impl PartyView {
    /// The party as it is at this moment, for a reader of this language.
    pub(super) fn new(shown: Shown, reader: Locale, now: DateTime<Utc>) -> Self {
        let Shown { facts, leader_name } = shown;
        let state = facts.state_at(now);
        Self {
            id: facts.id,
            status: state.status(),
            locked_by: match state {
                State::Locked(by) => Some(by),
                State::Open | State::Cancelled(_) | State::Done => None,
            },
            cancelled_by: match state {
                State::Cancelled(by) => Some(by),
                State::Open | State::Locked(_) | State::Done => None,
            },
            leader: PersonView::new(facts.leader_id, leader_name, reader),
            market: MarketBrief {
                id: facts.market.market_id,
                name: facts.market.name,
                latitude: facts.market.latitude,
                longitude: facts.market.longitude,
            },
            item: ItemBrief {
                code: facts.item.code,
                name: facts.item.name,
                category_code: facts.item.category_code,
            },
            quantity: facts.purchase.quantity.get(),
            unit: facts.purchase.unit.as_str().to_owned(),
            total_price: facts.purchase.total_price.map(Won::get),
            description: facts.purchase.description.map(Description::into_string),
            total_shares: facts.shares.total(),
            leader_shares: facts.shares.leader(),
            min_shares: facts.shares.min(),
            taken_shares: facts.taken_shares,
            members_count: facts.members_count,
            max_penalties: facts.max_penalties.map(MaxPenalties::get),
            starts_at: facts.schedule.starts_at,
            ends_at: facts.schedule.ends_at,
            join_deadline: facts.schedule.join_deadline,
            created_at: facts.created_at,
            version: facts.version,
        }
    }
}
