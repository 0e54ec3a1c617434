//! Opening, settling, locking, cancelling and completing a party.

use std::collections::HashMap;

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::party::{MembershipStatus, PartyChange, PartyStatus};

use super::{CancelledBy, Facts, LockedBy, Member, Party, PartyError, Refusal, State};

impl Party {
    /// Opens a party. The version and the counts of `facts` are those of a party without people.
    #[must_use]
    pub fn open(facts: Facts) -> Self {
        let mut party = Self::stored(facts, Vec::new());
        party.tell(PartyChange::Created, Some(party.facts.leader_id), None);
        party
    }

    /// Does what is due by time; says whether anything was.
    pub fn settle(&mut self, now: DateTime<Utc>) -> bool {
        let due = self.facts.due(now);
        if let Some(state) = due {
            self.enter(state, None);
        }
        due.is_some()
    }

    /// The leader takes no more members, however many there are.
    pub fn lock(&mut self, actor: UserId, now: DateTime<Utc>) -> Result<(), PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        match self.facts.state.status() {
            PartyStatus::Open => self.enter(State::Locked(LockedBy::Leader), Some(actor)),
            status => return Err(PartyError::WrongState(status)),
        }
        Ok(())
    }

    /// The leader calls it off.
    pub fn cancel(&mut self, actor: UserId, now: DateTime<Utc>) -> Result<(), PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        self.require_live()?;
        self.enter(State::Cancelled(CancelledBy::Leader), Some(actor));
        Ok(())
    }

    /// The leader says who of the members came: each of them, once.
    pub fn complete(
        &mut self,
        actor: UserId,
        attendance: &[(UserId, bool)],
        now: DateTime<Utc>,
    ) -> Result<(), PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        match self.facts.state.status() {
            PartyStatus::Locked => {}
            status => return Err(PartyError::WrongState(status)),
        }
        if now < self.facts.schedule.starts_at {
            return Err(PartyError::MeetingNotStarted);
        }
        let came: HashMap<_, _> = attendance.iter().copied().collect();
        let names_each_once = came.len() == attendance.len()
            && came.len() == self.members().count()
            && self.members().all(|member| came.contains_key(&member.user_id));
        if !names_each_once {
            let refusal = Refusal { field: "attendance", reason: NOT_EACH_ONCE };
            return Err(vec![refusal].into());
        }
        for member in &mut self.people {
            if member.status == MembershipStatus::Accepted {
                member.attended = came.get(&member.user_id).copied();
            }
        }
        self.enter(State::Done, Some(actor));
        Ok(())
    }

    /// A member whom the leader marked absent was there after all; none if that is known already.
    /// The party itself stays as it is, and there is no news of it: whoever decided so tells the
    /// member.
    pub fn correct_attendance(&mut self, user_id: UserId) -> Result<Option<Member>, PartyError> {
        if self.facts.state != State::Done {
            return Err(PartyError::WrongState(self.facts.state.status()));
        }
        let member = self.person(user_id).copied();
        let member = member.filter(|member| member.status == MembershipStatus::Accepted);
        let member = member.ok_or(PartyError::NoSuchMember)?;
        let is_new = member.attended != Some(true);
        Ok(is_new.then(|| self.set(Member { attended: Some(true), ..member })))
    }
}

const NOT_EACH_ONCE: Invalid = Invalid::new(
    "not_each_member_once",
    "모든 참여자를 한 번씩만 적어야 합니다",
    "must name each member exactly once",
);
