//! What is known of a meeting when somebody is to get a penalty for it.

use chrono::{DateTime, Utc};
use contracts::party::{ItemRef, MembershipStatus};
use contracts::penalty::PenaltyReason;
use contracts::{PartyId, PenaltyId, UserId};

use super::{GIVEN_WITHIN, Penalty, PenaltyError, PenaltyStatus, Reproach};
use crate::domain::party::{Member, PartyError, Schedule, State};

/// A party, as far as a penalty of one of those in it goes. When it is done or cancelled, none of
/// this changes any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Which party.
    pub party_id: PartyId,
    /// What was bought.
    pub item: ItemRef,
    /// Who led it.
    pub leader_id: UserId,
    /// Where it is in its life, as it was stored.
    pub state: State,
    /// When they were to meet.
    pub schedule: Schedule,
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
        if self.state != State::Done {
            return Err(PartyError::WrongState(self.state.status()).into());
        }
        let member = self.accepted().ok_or(PartyError::NoSuchMember)?;
        if member.attended != Some(false) {
            return Err(PenaltyError::Attended);
        }
        if now >= self.changed_at + GIVEN_WITHIN {
            return Err(PenaltyError::TooLate);
        }
        Ok(self.penalty(member.user_id, actor, reproach.reason(), now))
    }

    /// An administrator finds that the leader did not come, as members have reported.
    pub fn punish_leader(self, admin: UserId, now: DateTime<Utc>) -> Result<Penalty, PenaltyError> {
        if admin == self.leader_id {
            return Err(PenaltyError::OwnCase);
        }
        let leader = self.leader_id;
        Ok(self.penalty(leader, admin, PenaltyReason::NoShow, now))
    }

    /// The person, if they were to come to the meeting.
    #[must_use]
    pub fn accepted(&self) -> Option<Member> {
        self.member.filter(|member| member.status == MembershipStatus::Accepted)
    }

    fn penalty(
        self,
        member_id: UserId,
        given_by: UserId,
        reason: PenaltyReason,
        given_at: DateTime<Utc>,
    ) -> Penalty {
        Penalty {
            id: PenaltyId::new(),
            party_id: self.party_id,
            item: self.item,
            leader_id: self.leader_id,
            member_id,
            given_by,
            reason,
            given_at,
            status: PenaltyStatus::Given,
        }
    }
}
