//! What is known of a meeting when somebody is to get a penalty for it.

use chrono::{DateTime, Utc};
use contracts::party::{ItemRef, MembershipStatus, PartyStatus};
use contracts::{PartyId, PenaltyId, UserId};

use super::{GIVEN_WITHIN, Penalty, PenaltyError, PenaltyStatus, Reproach};
use crate::domain::party::{Member, PartyError};

/// A party, as far as a penalty of one of its members goes. When it is done, none of this changes
/// any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Which party.
    pub party_id: PartyId,
    /// What was bought.
    pub item: ItemRef,
    /// Who led it.
    pub leader_id: UserId,
    /// Where it is in its life.
    pub status: PartyStatus,
    /// When it changed last: of a party that is done, when it was completed.
    pub changed_at: DateTime<Utc>,
    /// How the person stands in it.
    pub member: Option<Member>,
}

impl Meeting {
    /// The leader gives a penalty to a member who did not come.
    pub fn punish(
        self,
        actor: UserId,
        reproach: &Reproach,
        now: DateTime<Utc>,
    ) -> Result<Penalty, PenaltyError> {
        if actor != self.leader_id {
            return Err(PartyError::NotTheLeader.into());
        }
        if self.status != PartyStatus::Done {
            return Err(PartyError::WrongState(self.status).into());
        }
        let member = self
            .member
            .filter(|member| member.status == MembershipStatus::Accepted)
            .ok_or(PartyError::NoSuchMember)?;
        if member.attended != Some(false) {
            return Err(PenaltyError::Attended);
        }
        if now >= self.changed_at + GIVEN_WITHIN {
            return Err(PenaltyError::TooLate);
        }
        Ok(Penalty {
            id: PenaltyId::new(),
            party_id: self.party_id,
            item: self.item,
            member_id: member.user_id,
            given_by: actor,
            reason: reproach.reason(),
            given_at: now,
            status: PenaltyStatus::Given,
        })
    }
}
