//! Members who go, and what that does to a locked party.

use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::party::MembershipStatus;

use super::{CancelledBy, LockedBy, Member, Party, PartyError, State};

impl Party {
    /// A member goes.
    pub fn leave(&mut self, actor: UserId, now: DateTime<Utc>) -> Result<Member, PartyError> {
        self.settle(now);
        if self.is_leader(actor) {
            return Err(PartyError::IsTheLeader);
        }
        let member = self.member(actor).ok_or(PartyError::NotAMember)?;
        self.vacate(member.with_status(MembershipStatus::Left), actor, now)
    }

    /// The leader sends a member away, who cannot come back.
    pub fn remove(
        &mut self,
        actor: UserId,
        user_id: UserId,
        now: DateTime<Utc>,
    ) -> Result<Member, PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        if self.is_leader(user_id) {
            return Err(PartyError::IsTheLeader);
        }
        let member = self.member(user_id).ok_or(PartyError::NoSuchMember)?;
        self.vacate(member.with_status(MembershipStatus::Removed), actor, now)
    }

    /// The leader has left the platform, or is banned: before the meeting nobody is left who could see
    /// it through. What has begun stays as it was, so that members can report who did not come; it is
    /// over when any meeting that nobody completes is. Says whether it was called off.
    pub fn lose_leader(&mut self, cause: CancelledBy, now: DateTime<Utc>) -> bool {
        self.settle(now);
        let lost = self.require_live().is_ok() && self.require_before_meeting(now).is_ok();
        if lost {
            // Who leaves knows already; who is banned is told as the others are.
            let actor = (cause == CancelledBy::Withdrawal).then_some(self.facts.leader_id);
            self.enter(State::Cancelled(cause), actor);
        }
        lost
    }

    /// An administrator ends it, and everyone is told, the leader too. Says whether it was still
    /// alive.
    pub fn shut_down(&mut self, now: DateTime<Utc>) -> bool {
        self.settle(now);
        let alive = self.require_live().is_ok();
        if alive {
            self.enter(State::Cancelled(CancelledBy::Moderation), None);
        }
        alive
    }

    /// Somebody has left the platform, or is banned: an application is taken back, a place before the
    /// meeting is free again. What has begun stays as it was. Gives back how they stand now, if
    /// otherwise.
    pub fn lose(&mut self, user_id: UserId, now: DateTime<Utc>) -> Option<Member> {
        self.settle(now);
        match self.person(user_id)?.status {
            MembershipStatus::Applied => self.withdraw(user_id, now).ok(),
            MembershipStatus::Accepted => self.leave(user_id, now).ok(),
            MembershipStatus::Withdrawn
            | MembershipStatus::Rejected
            | MembershipStatus::Left
            | MembershipStatus::Removed => None,
        }
    }

    /// Gives the shares of a member free, before the meeting. A party that the leader did not lock
    /// by hand opens again, and if its deadline has passed, is judged by it at once.
    fn vacate(
        &mut self,
        gone: Member,
        actor: UserId,
        now: DateTime<Utc>,
    ) -> Result<Member, PartyError> {
        self.require_live()?;
        self.require_before_meeting(now)?;
        let gone = self.change(gone, actor);
        if let State::Locked(LockedBy::Full | LockedBy::Deadline) = self.facts.state {
            self.facts.state = State::Open;
            match self.facts.due(now) {
                // It was locked and still is: no news.
                Some(state @ State::Locked(_)) => self.facts.state = state,
                Some(state) => self.enter(state, None),
                None => self.enter(State::Open, Some(actor)),
            }
        }
        Ok(gone)
    }

    fn member(&self, user_id: UserId) -> Option<Member> {
        self.members().find(|member| member.user_id == user_id).copied()
    }
}
