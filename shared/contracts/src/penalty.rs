//! Events about penalties: somebody was to come to a meeting and did not.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{PartyId, PenaltyId, UserId};
use crate::party::ItemRef;

/// Why somebody got a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyReason {
    /// Did not come and said nothing.
    NoShow,
    /// Said so when it was too late to find somebody else.
    LateNotice,
    /// Something else, which the leader put into words.
    Other,
}

/// What happened to a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyChange {
    /// `penalty.given.v1`: a leader gave it, or an administrator gave it to a leader.
    Given,
    /// `penalty.upheld.v1`: an administrator turned an appeal down. It goes on to count.
    Upheld,
    /// `penalty.revoked.v1`: an administrator took it back. Nothing comes after that.
    Revoked,
}

/// One event about a penalty. What people wrote about it is not in here: who may read that asks
/// the party-service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PenaltyEvent {
    /// What happened.
    pub change: PenaltyChange,
    /// Which penalty.
    pub penalty_id: PenaltyId,
    /// In which party.
    pub party_id: PartyId,
    /// What was bought there.
    pub item: ItemRef,
    /// Who did it: the leader who gave it, or the administrator who gave it to a leader, upheld it or
    /// revoked it.
    pub actor_id: UserId,
    /// Whose penalty it is: a member's, or the leader's own.
    pub member_id: UserId,
    /// Why it was given.
    pub reason: PenaltyReason,
    /// How many penalties of that person count after this.
    pub active_count: u32,
}

impl EventData for PenaltyEvent {
    const KINDS: &'static [&'static str] =
        &["penalty.given.v1", "penalty.upheld.v1", "penalty.revoked.v1"];

    fn kind(&self) -> &'static str {
        match self.change {
            PenaltyChange::Given => "penalty.given.v1",
            PenaltyChange::Upheld => "penalty.upheld.v1",
            PenaltyChange::Revoked => "penalty.revoked.v1",
        }
    }

    fn subject(&self) -> String {
        self.penalty_id.to_string()
    }
}
