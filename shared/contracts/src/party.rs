//! Events about parties: each carries the whole party, so that order and loss cannot corrupt.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{MarketId, PartyId, UserId};

/// Where a party is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyStatus {
    /// Neighbours may apply.
    Open,
    /// The shares are settled; they will meet.
    Locked,
    /// It will not happen.
    Cancelled,
    /// They met, bought and split.
    Done,
}

/// How someone stands to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MembershipStatus {
    /// Asked to join; the leader has not answered.
    Applied,
    /// Took the application back.
    Withdrawn,
    /// The leader said no.
    Rejected,
    /// The leader said yes: a member.
    Accepted,
    /// Was a member and left.
    Left,
    /// Was a member and was removed by the leader.
    Removed,
}

/// What happened to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyChange {
    /// `party.created.v1`
    Created,
    /// `party.updated.v1`: the leader changed what it is about, or it opened again.
    Updated,
    /// `party.member_changed.v1`: someone applied, joined, left or was turned away.
    MemberChanged,
    /// `party.locked.v1`
    Locked,
    /// `party.cancelled.v1`
    Cancelled,
    /// `party.completed.v1`
    Completed,
}

/// One event about a party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartyEvent {
    /// What happened.
    pub change: PartyChange,
    /// Who did it; absent when time did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// For `member_changed`: whose standing changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<UserId>,
    /// For `member_changed`: their new standing. The snapshot names only members and applicants,
    /// and would not tell who was rejected from who was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_status: Option<MembershipStatus>,
    /// The party as it is now.
    pub party: PartySnapshot,
}

/// A whole party at one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartySnapshot {
    /// Which party.
    pub party_id: PartyId,
    /// Grows with each change; consumers ignore what is older than what they have.
    pub version: u64,
    /// Where it is in its life.
    pub status: PartyStatus,
    /// Where they meet.
    pub market: MarketRef,
    /// What they buy.
    pub item: ItemRef,
    /// Who opened it.
    pub leader_id: UserId,
    /// In how many shares the purchase is split.
    pub total_shares: u32,
    /// How many of them are taken, the leader's own included.
    pub taken_shares: u32,
    /// The accepted members, the leader not among them.
    pub members: Vec<MemberRef>,
    /// Those who wait for an answer.
    pub applicants: Vec<MemberRef>,
    /// When they meet.
    pub starts_at: DateTime<Utc>,
    /// When the meeting is over.
    pub ends_at: DateTime<Utc>,
    /// Until when one may apply.
    pub join_deadline: DateTime<Utc>,
}

/// Somebody's standing in a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRef {
    /// Who.
    pub user_id: UserId,
    /// How many shares they take or ask for.
    pub shares: u32,
    /// Whether they came; only in a completed party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attended: Option<bool>,
}

/// A market, as far as a party's readers need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MarketRef {
    /// Which market.
    pub market_id: MarketId,
    /// Its name.
    pub name: String,
    /// Degrees north (WGS84).
    pub latitude: f64,
    /// Degrees east (WGS84).
    pub longitude: f64,
}

/// An item of the catalogue, as it was when the party was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemRef {
    /// The public code of the variety.
    pub code: String,
    /// The name people know it by.
    pub name: String,
}

impl EventData for PartyEvent {
    const KINDS: &'static [&'static str] = &[
        "party.created.v1",
        "party.updated.v1",
        "party.member_changed.v1",
        "party.locked.v1",
        "party.cancelled.v1",
        "party.completed.v1",
    ];

    fn kind(&self) -> &'static str {
        match self.change {
            PartyChange::Created => "party.created.v1",
            PartyChange::Updated => "party.updated.v1",
            PartyChange::MemberChanged => "party.member_changed.v1",
            PartyChange::Locked => "party.locked.v1",
            PartyChange::Cancelled => "party.cancelled.v1",
            PartyChange::Completed => "party.completed.v1",
        }
    }

    fn subject(&self) -> String {
        self.party.party_id.to_string()
    }
}
