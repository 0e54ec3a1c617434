//! Asking to join, and being answered.

use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::party::{MembershipStatus, PartyChange};

use super::shares::out_of_range;
use super::{LockedBy, MAX_APPLICANTS, MaxPenalties, Member, Party, PartyError, Refusal, State};

/// How many shares one may ask for in any party; how many in this one is another question.
const ASKABLE: std::ops::RangeInclusive<u32> = 1..=99;

impl Party {
    /// Asks for some of the free shares. Who was rejected, withdrew or left may ask again.
    pub fn apply(
        &mut self,
        actor: UserId,
        shares: u32,
        now: DateTime<Utc>,
    ) -> Result<Member, PartyError> {
        self.settle(now);
        if !ASKABLE.contains(&shares) {
            let reason = out_of_range(*ASKABLE.start(), *ASKABLE.end());
            return Err(vec![Refusal { field: "shares", reason }].into());
        }
        if self.is_leader(actor) {
            return Err(PartyError::IsTheLeader);
        }
        match self.person(actor).map(|member| member.status) {
            Some(MembershipStatus::Applied) => return Err(PartyError::AlreadyApplied),
            Some(MembershipStatus::Accepted) => return Err(PartyError::AlreadyMember),
            Some(MembershipStatus::Removed) => return Err(PartyError::WasRemoved),
            Some(
                MembershipStatus::Withdrawn | MembershipStatus::Rejected | MembershipStatus::Left,
            )
            | None => {}
        }
        self.require_open()?;
        self.require_free(shares)?;
        if self.applicants().count() >= MAX_APPLICANTS {
            return Err(PartyError::TooManyApplications);
        }
        let member =
            Member { user_id: actor, shares, status: MembershipStatus::Applied, attended: None };
        Ok(self.change(member, actor))
    }

    /// Refuses an applicant with more active penalties than the leader accepts.
    pub fn require_reliable(&self, penalties: u32) -> Result<(), PartyError> {
        match self.facts.max_penalties.map(MaxPenalties::get) {
            Some(max) if penalties > u32::from(max) => Err(PartyError::TooManyPenalties { max }),
            _ => Ok(()),
        }
    }

    /// Takes the application back.
    pub fn withdraw(&mut self, actor: UserId, now: DateTime<Utc>) -> Result<Member, PartyError> {
        self.settle(now);
        let applicant = self.applicant(actor)?;
        self.require_live()?;
        Ok(self.change(applicant.with_status(MembershipStatus::Withdrawn), actor))
    }

    /// The leader says no.
    pub fn reject(
        &mut self,
        actor: UserId,
        user_id: UserId,
        now: DateTime<Utc>,
    ) -> Result<Member, PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        let applicant = self.applicant(user_id)?;
        self.require_live()?;
        Ok(self.change(applicant.with_status(MembershipStatus::Rejected), actor))
    }

    /// The leader says yes. The last free share locks the party.
    pub fn accept(
        &mut self,
        actor: UserId,
        user_id: UserId,
        now: DateTime<Utc>,
    ) -> Result<Member, PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        let applicant = self.applicant(user_id)?;
        self.require_open()?;
        self.require_free(applicant.shares)?;
        let member = self.change(applicant.with_status(MembershipStatus::Accepted), actor);
        self.lock_if_full(actor);
        Ok(member)
    }

    pub(super) fn lock_if_full(&mut self, actor: UserId) {
        if self.facts.state == State::Open && self.facts.free_shares() == 0 {
            self.enter(State::Locked(LockedBy::Full), Some(actor));
        }
    }

    /// Gives a person another standing and tells of it.
    pub(super) fn change(&mut self, member: Member, actor: UserId) -> Member {
        let member = self.set(member);
        self.tell(PartyChange::MemberChanged, Some(actor), Some(member.user_id));
        member
    }

    fn applicant(&self, user_id: UserId) -> Result<Member, PartyError> {
        match self.person(user_id) {
            Some(member) if member.status == MembershipStatus::Applied => Ok(*member),
            Some(member) if member.status == MembershipStatus::Accepted => {
                Err(PartyError::AlreadyMember)
            }
            _ => Err(PartyError::NoSuchApplication),
        }
    }

    fn require_open(&self) -> Result<(), PartyError> {
        match self.facts.state {
            State::Open => Ok(()),
            State::Locked(LockedBy::Full) => Err(PartyError::Full),
            State::Locked(LockedBy::Deadline) => Err(PartyError::JoinClosed),
            State::Locked(LockedBy::Leader) | State::Cancelled(_) | State::Done => {
                Err(PartyError::WrongState(self.facts.state.status()))
            }
        }
    }

    fn require_free(&self, shares: u32) -> Result<(), PartyError> {
        match self.facts.free_shares() {
            free if shares <= free => Ok(()),
            free => Err(PartyError::NotEnoughShares { free }),
        }
    }
}
