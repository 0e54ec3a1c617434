//! What is known of a party without its people; also what a row of the table says.

use chrono::{DateTime, Utc};
use contracts::party::{ItemRef, MarketRef};
use contracts::{PartyId, UserId};

use super::super::split::split;
use super::{CancelledBy, LockedBy, MaxPenalties, Purchase, Schedule, Shares, State};

/// A party apart from its people.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Which.
    pub id: PartyId,
    /// Grows with each change.
    pub version: u64,
    /// Who opened it.
    pub leader_id: UserId,
    /// Where they meet.
    pub market: MarketRef,
    /// What they buy.
    pub item: Item,
    /// How much of it, and for how much.
    pub purchase: Purchase,
    /// How it is split.
    pub shares: Shares,
    /// How many shares are taken, the leader's own included.
    pub taken_shares: u32,
    /// How many take part, the leader included.
    pub members_count: u32,
    /// How many active penalties an applicant may have, if that matters.
    pub max_penalties: Option<MaxPenalties>,
    /// When they meet, and until when one may apply.
    pub schedule: Schedule,
    /// Where it is in its life. Time may have gone on since: see [`state_at`](Self::state_at).
    pub state: State,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

/// An item of the catalogue, as it was when the party was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The public code of the variety.
    pub code: String,
    /// The name people know it by.
    pub name: String,
    /// The code of its category.
    pub category_code: String,
}

impl Item {
    pub(super) fn to_ref(&self) -> ItemRef {
        ItemRef { code: self.code.clone(), name: self.name.clone() }
    }
}

impl Facts {
    /// How many shares can still be had.
    #[must_use]
    pub const fn free_shares(&self) -> u32 {
        self.shares.total().saturating_sub(self.taken_shares)
    }

    /// The state that time alone has brought about and nobody has written down yet.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Option<State> {
        let judged = match self.state {
            State::Open if now < self.schedule.join_deadline => State::Open,
            State::Open if self.taken_shares >= self.shares.min() => {
                State::Locked(LockedBy::Deadline)
            }
            State::Open => State::Cancelled(CancelledBy::Deadline),
            state => state,
        };
        let due = match judged {
            State::Locked(_) if now >= self.schedule.overdue_at() => {
                State::Cancelled(CancelledBy::Overdue)
            }
            state => state,
        };
        (due != self.state).then_some(due)
    }

    /// The state as everyone is to see it.
    #[must_use]
    pub fn state_at(&self, now: DateTime<Utc>) -> State {
        self.due(now).unwrap_or(self.state)
    }

    /// What the leader and each member pays of the total price, if that is known: the leader
    /// first, then in the order of `members`, which are the shares of the members.
    ///
    /// A share costs the same however many are taken: those that nobody took stay with the leader.
    #[must_use]
    pub fn amounts(&self, members: &[u32]) -> Vec<u32> {
        let Some(price) = self.purchase.total_price else { return Vec::new() };
        let of_members: u32 = members.iter().sum();
        let of_leader = self.shares.total().saturating_sub(of_members);
        let shares: Vec<_> = std::iter::once(of_leader).chain(members.iter().copied()).collect();
        split(price.get(), &shares)
    }
}
