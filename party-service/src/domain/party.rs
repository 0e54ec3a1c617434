//! A group buy, from the day it is opened until it is done or cancelled.
//!
//! | from | to | who, or when |
//! | --- | --- | --- |
//! | – | open | the leader opens it |
//! | open | locked | all shares are taken, the leader locks it, or the deadline passes with enough taken |
//! | locked | open | a member goes before the meeting, unless the leader locked it by hand |
//! | open, locked | cancelled | the leader, or the deadline passes with too little taken |
//! | locked | cancelled | three days after the meeting nobody has said that it took place |
//! | open, locked | cancelled | an administrator ends it, or its leader leaves the platform |
//! | locked | done | the leader says who came, not before the meeting starts |
//!
//! Every action first lets time have its say ([`Party::settle`]), then asks whether the person may,
//! then whether the party's state allows it. What it did stands in the party and, as events with
//! the whole party in them, in [`Party::news`].

mod admission;
mod edit;
mod error;
mod facts;
mod leaving;
mod lifecycle;
mod max_penalties;
mod member;
mod purchase;
mod role;
mod schedule;
mod shares;
mod state;
mod written;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::party::{
    MemberRef, MembershipStatus, PartyChange, PartyEvent, PartySnapshot, PartyStatus,
};

pub use self::edit::Edit;
pub use self::error::{PartyError, Refusal, Refusals, both};
pub use self::facts::{Facts, Item};
pub use self::max_penalties::MaxPenalties;
pub use self::member::{Member, membership_from_name, membership_name};
pub use self::purchase::{Description, Purchase, Quantity, Unit, Won};
pub use self::role::Role;
pub use self::schedule::{COMPLETED_WITHIN, Schedule};
pub use self::shares::Shares;
pub use self::state::{CancelledBy, LockedBy, State, status_name};
pub use self::written::Message;

/// How many may wait for an answer at once: an event names them all, so their number has a bound.
pub const MAX_APPLICANTS: usize = 200;

/// How many open parties one person may lead.
pub const MAX_OPEN_PARTIES: usize = 5;

/// A party and its people, as far as an action needs to know them.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    facts: Facts,
    /// The members, those who wait for an answer, and whoever the action is about.
    people: Vec<Member>,
    news: Vec<PartyEvent>,
}

impl Party {
    /// A party as it was stored. `people` holds all members and all who wait for an answer; of the
    /// others only those are needed that the next action is about.
    #[must_use]
    pub const fn stored(facts: Facts, people: Vec<Member>) -> Self {
        Self { facts, people, news: Vec::new() }
    }

    /// The party apart from its people.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What happened since it was opened or loaded, in order, each with the party as it was then.
    #[must_use]
    pub fn news(&self) -> &[PartyEvent] {
        &self.news
    }

    /// The standing of a person, if they ever applied and are among the people loaded.
    #[must_use]
    pub fn person(&self, user_id: UserId) -> Option<&Member> {
        self.people.iter().find(|member| member.user_id == user_id)
    }

    /// The accepted members, the leader not among them.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.people.iter().filter(|member| member.status == MembershipStatus::Accepted)
    }

    /// Those who wait for an answer.
    fn applicants(&self) -> impl Iterator<Item = &Member> {
        self.people.iter().filter(|member| member.status == MembershipStatus::Applied)
    }

    fn is_leader(&self, user_id: UserId) -> bool {
        self.facts.leader_id == user_id
    }

    /// Refuses everyone but the leader.
    pub fn require_leader(&self, actor: UserId) -> Result<(), PartyError> {
        if self.is_leader(actor) { Ok(()) } else { Err(PartyError::NotTheLeader) }
    }

    /// Whether anything can still change: neither done nor cancelled.
    fn require_live(&self) -> Result<(), PartyError> {
        match self.facts.state.status() {
            PartyStatus::Open | PartyStatus::Locked => Ok(()),
            status => Err(PartyError::WrongState(status)),
        }
    }

    fn require_before_meeting(&self, now: DateTime<Utc>) -> Result<(), PartyError> {
        if now < self.facts.schedule.starts_at { Ok(()) } else { Err(PartyError::MeetingStarted) }
    }

    /// Gives a person another standing; returns it.
    fn set(&mut self, member: Member) -> Member {
        match self.people.iter_mut().find(|known| known.user_id == member.user_id) {
            Some(known) => *known = member,
            None => self.people.push(member),
        }
        let taken: u32 = self.members().map(|member| member.shares).sum();
        let members = u32::try_from(self.members().count()).unwrap_or(u32::MAX);
        self.facts.taken_shares = self.facts.shares.leader() + taken;
        self.facts.members_count = 1 + members;
        member
    }

    /// Enters a state and tells of it.
    fn enter(&mut self, state: State, actor: Option<UserId>) {
        self.facts.state = state;
        let change = match state {
            State::Open => PartyChange::Updated,
            State::Locked(_) => PartyChange::Locked,
            State::Cancelled(_) => PartyChange::Cancelled,
            State::Done => PartyChange::Completed,
        };
        self.tell(change, actor, None);
    }

    fn tell(&mut self, change: PartyChange, actor: Option<UserId>, member: Option<UserId>) {
        self.facts.version += 1;
        self.news.push(PartyEvent {
            change,
            actor_id: actor,
            member_id: member,
            member_status: member.and_then(|id| self.person(id)).map(|member| member.status),
            party: self.snapshot(),
        });
    }

    fn snapshot(&self) -> PartySnapshot {
        let facts = &self.facts;
        PartySnapshot {
            party_id: facts.id,
            version: facts.version,
            status: facts.state.status(),
            market: facts.market.clone(),
            item: facts.item.to_ref(),
            leader_id: facts.leader_id,
            total_shares: facts.shares.total(),
            taken_shares: facts.taken_shares,
            members: self.members().map(MemberRef::from).collect(),
            applicants: self.applicants().map(MemberRef::from).collect(),
            starts_at: facts.schedule.starts_at,
            ends_at: facts.schedule.ends_at,
            join_deadline: facts.schedule.join_deadline,
        }
    }
}
