//! What a leader can change of a party.

use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::party::{PartyChange, PartyStatus};

use super::error::both;
use super::{
    Description, MaxPenalties, Party, PartyError, Purchase, Quantity, Refusals, Schedule, Shares,
    Unit, Won,
};

/// What a leader wants changed; `None` stays as it is. Market and item are fixed: another one is
/// another party.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Another quantity.
    pub quantity: Option<Quantity>,
    /// Another unit.
    pub unit: Option<Unit>,
    /// Another price, or none.
    pub total_price: Option<Option<Won>>,
    /// Another description, or none.
    pub description: Option<Option<Description>>,
    /// Another limit on the penalties of applicants, or none.
    pub max_penalties: Option<Option<MaxPenalties>>,
    /// Another beginning of the meeting.
    pub starts_at: Option<DateTime<Utc>>,
    /// Another end of the meeting.
    pub ends_at: Option<DateTime<Utc>>,
    /// Another deadline; only while the party is open.
    pub join_deadline: Option<DateTime<Utc>>,
    /// Another number of shares; only while the party is open.
    pub total_shares: Option<u32>,
    /// Another number of shares that must be taken; only while the party is open.
    pub min_shares: Option<u32>,
}

impl Party {
    /// Changes what the party is about, before the meeting; says whether anything is different
    /// now. Members rely on their shares: there cannot be fewer than are taken, and when there are
    /// as many, the party is full.
    pub fn edit(
        &mut self,
        actor: UserId,
        edit: Edit,
        now: DateTime<Utc>,
    ) -> Result<bool, PartyError> {
        self.settle(now);
        self.require_leader(actor)?;
        self.require_live()?;
        self.require_before_meeting(now)?;

        let (shares, schedule) = (self.facts.shares, self.facts.schedule);
        let (new_shares, new_schedule) = both(edit.shares(shares), edit.schedule(schedule, now))?;
        let sets_deadline =
            edit.join_deadline.is_some() && new_schedule.join_deadline != schedule.join_deadline;
        if self.facts.state.status() != PartyStatus::Open && (new_shares != shares || sets_deadline)
        {
            return Err(PartyError::WrongState(self.facts.state.status()));
        }
        if new_shares.total() < self.facts.taken_shares {
            return Err(PartyError::BelowTaken { taken: self.facts.taken_shares });
        }
        let max_penalties = self.facts.max_penalties;
        let new_max_penalties = edit.max_penalties.unwrap_or(max_penalties);
        let new_purchase = edit.purchase(&self.facts.purchase);
        let changed = (new_shares, new_schedule, new_max_penalties)
            != (shares, schedule, max_penalties)
            || new_purchase != self.facts.purchase;
        if changed {
            self.facts.max_penalties = new_max_penalties;
            self.facts.purchase = new_purchase;
            self.facts.shares = new_shares;
            self.facts.schedule = new_schedule;
            self.tell(PartyChange::Updated, Some(actor), None);
            self.lock_if_full(actor);
        }
        Ok(changed)
    }
}

impl Edit {
    fn shares(&self, shares: Shares) -> Result<Shares, Refusals> {
        Shares::new(
            self.total_shares.unwrap_or(shares.total()),
            Some(shares.leader()),
            Some(self.min_shares.unwrap_or(shares.min())),
        )
    }

    fn schedule(&self, schedule: Schedule, now: DateTime<Utc>) -> Result<Schedule, Refusals> {
        schedule.moved(self.starts_at, self.ends_at, self.join_deadline, now)
    }

    fn purchase(self, purchase: &Purchase) -> Purchase {
        let purchase = purchase.clone();
        Purchase {
            quantity: self.quantity.unwrap_or(purchase.quantity),
            unit: self.unit.unwrap_or(purchase.unit),
            total_price: self.total_price.unwrap_or(purchase.total_price),
            description: self.description.unwrap_or(purchase.description),
        }
    }
}
