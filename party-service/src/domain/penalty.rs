//! A mark against somebody who was to come to a meeting and did not.
//!
//! | from | to | who, and when |
//! | --- | --- | --- |
//! | – | given | the leader, for a member marked absent, within 72 hours of completion, once |
//! | – | given | an administrator, for a leader whose absence members reported, once |
//! | given | appealed | whoever got it, once, as long as the penalty counts |
//! | appealed | upheld | an administrator |
//! | given, appealed, upheld | revoked | an administrator, who may also find later that the member came |
//!
//! A penalty counts for 90 days, unless it is revoked. No administrator decides on their own, or
//! turns down an appeal against one that they gave themselves; but they may take that one back.

mod error;
mod meeting;
mod standing;
mod status;
mod words;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::party::ItemRef;
use contracts::penalty::{PenaltyChange, PenaltyEvent, PenaltyReason};
use contracts::{PartyId, PenaltyId, UserId};

pub use self::error::PenaltyError;
pub use self::meeting::Meeting;
pub use self::standing::Standing;
pub use self::status::{PenaltyStatus, reason_from_name, reason_name};
pub use self::words::{AppealText, Comment, DecisionNote, Reproach};

/// How long after the completion of a party its leader may give penalties.
pub const GIVEN_WITHIN: TimeDelta = TimeDelta::hours(72);

/// How long a penalty counts.
pub const COUNTS_FOR: TimeDelta = TimeDelta::days(90);

/// Who has as many that count may not lead, and is shown as unreliable.
pub const TOO_MANY: u32 = 3;

/// A penalty. What people wrote about it is stored beside it and decides nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Penalty {
    /// Which.
    pub id: PenaltyId,
    /// In which party.
    pub party_id: PartyId,
    /// What was bought there.
    pub item: ItemRef,
    /// Who led that party.
    pub leader_id: UserId,
    /// Whose it is.
    pub member_id: UserId,
    /// The leader who gave it, or the administrator who gave it to the leader.
    pub given_by: UserId,
    /// Why.
    pub reason: PenaltyReason,
    /// When.
    pub given_at: DateTime<Utc>,
    /// What became of it.
    pub status: PenaltyStatus,
}

impl Penalty {
    /// When it counts no longer.
    #[must_use]
    pub fn counts_until(&self) -> DateTime<Utc> {
        self.given_at + COUNTS_FOR
    }

    /// Whether it is the leader's own.
    #[must_use]
    pub fn is_for_leading(&self) -> bool {
        self.member_id == self.leader_id
    }

    /// Whoever got it says that it is not right.
    pub fn appeal(&mut self, actor: UserId, now: DateTime<Utc>) -> Result<(), PenaltyError> {
        if actor != self.member_id {
            // Nobody else learns that it exists, but for whoever gave it.
            let gave_it = actor == self.given_by;
            return Err(if gave_it { PenaltyError::NotYours } else { PenaltyError::NotFound });
        }
        match self.status {
            PenaltyStatus::Given if now < self.counts_until() => {
                self.status = PenaltyStatus::Appealed;
                Ok(())
            }
            PenaltyStatus::Given => Err(PenaltyError::Expired),
            PenaltyStatus::Appealed | PenaltyStatus::Upheld => Err(PenaltyError::AlreadyAppealed),
            PenaltyStatus::Revoked => Err(PenaltyError::AlreadyRevoked),
        }
    }

    /// An administrator finds that it is right, unless they gave it, as the leader or to the leader.
    pub fn uphold(&mut self, admin: UserId) -> Result<(), PenaltyError> {
        self.require_other(admin)?;
        if admin == self.given_by {
            return Err(PenaltyError::OwnCase);
        }
        match self.status {
            PenaltyStatus::Appealed => {
                self.status = PenaltyStatus::Upheld;
                Ok(())
            }
            PenaltyStatus::Given | PenaltyStatus::Upheld => Err(PenaltyError::NoOpenAppeal),
            PenaltyStatus::Revoked => Err(PenaltyError::AlreadyRevoked),
        }
    }

    /// An administrator takes it back: after an appeal, of their own accord, or because they upheld
    /// it by mistake.
    pub fn revoke(&mut self, admin: UserId) -> Result<(), PenaltyError> {
        self.require_other(admin)?;
        match self.status {
            PenaltyStatus::Given | PenaltyStatus::Appealed | PenaltyStatus::Upheld => {
                self.status = PenaltyStatus::Revoked;
                Ok(())
            }
            PenaltyStatus::Revoked => Err(PenaltyError::AlreadyRevoked),
        }
    }

    /// Whether somebody may read what the person who got it says, and what was answered: that
    /// person may, and administrators, but no leader of the party, for it is said about them.
    #[must_use]
    pub fn lets_read_the_case(&self, reader: UserId, is_admin: bool) -> bool {
        reader == self.member_id || (is_admin && reader != self.leader_id)
    }

    /// Refuses to decide who came for a penalty of which that is no matter.
    pub fn require_attendance(&self) -> Result<(), PenaltyError> {
        if self.is_for_leading() { Err(PenaltyError::NoAttendance) } else { Ok(()) }
    }

    fn require_other(&self, admin: UserId) -> Result<(), PenaltyError> {
        if admin == self.member_id { Err(PenaltyError::OwnCase) } else { Ok(()) }
    }

    /// What others are told of it; `active_count` is how many of the person count now.
    #[must_use]
    pub fn event(&self, change: PenaltyChange, actor: UserId, active_count: u32) -> PenaltyEvent {
        PenaltyEvent {
            change,
            penalty_id: self.id,
            party_id: self.party_id,
            item: self.item.clone(),
            actor_id: actor,
            member_id: self.member_id,
            reason: self.reason,
            active_count,
        }
    }
}
