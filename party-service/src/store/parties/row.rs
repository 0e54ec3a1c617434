//! A row of the table, and what it says in the terms of the domain.

use chassis::db::DbError;
use chrono::NaiveDateTime;
use contracts::party::MarketRef;
use contracts::{MarketId, PartyId, UserId};
use diesel::prelude::*;

use crate::domain::party::{
    Description, Facts, Item, MaxPenalties, Purchase, Quantity, Schedule, Shares, State, Unit, Won,
    status_name,
};
use crate::schema::{markets, parties};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = parties)]
pub(super) struct Row {
    pub(super) id: PartyId,
    version: u64,
    leader_id: UserId,
    status: String,
    cause: Option<String>,
    pub(super) market_id: MarketId,
    item_code: String,
    item_name: String,
    category_code: String,
    quantity: u32,
    unit: String,
    total_price: Option<u32>,
    description: Option<String>,
    total_shares: u32,
    leader_shares: u32,
    min_shares: u32,
    taken_shares: u32,
    members_count: u32,
    max_penalties: Option<u8>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    join_deadline: NaiveDateTime,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

/// What a party says of its market.
pub(super) type MarketColumns = (MarketId, String, f64, f64);

/// The columns of [`MarketColumns`].
pub(super) const MARKET_COLUMNS: (
    markets::id,
    markets::name,
    markets::latitude,
    markets::longitude,
) = (markets::id, markets::name, markets::latitude, markets::longitude);

pub(super) fn market_ref((market_id, name, latitude, longitude): MarketColumns) -> MarketRef {
    MarketRef { market_id, name, latitude, longitude }
}

impl Row {
    pub(super) fn into_facts(self, market: MarketRef) -> Result<Facts, DbError> {
        let shares =
            Shares::new(self.total_shares, Some(self.leader_shares), Some(self.min_shares))
                .map_err(|_| inconsistent("total_shares, leader_shares, min_shares", &self.id))?;
        let state = State::from_names(&self.status, self.cause.as_deref())
            .ok_or_else(|| inconsistent("status, cause", &self.status))?;
        let description = self.description.as_deref().map(Description::parse).transpose();
        let purchase = Purchase {
            quantity: Quantity::new(self.quantity)
                .map_err(|_| inconsistent("quantity", &self.quantity))?,
            unit: Unit::parse(&self.unit).map_err(|_| inconsistent("unit", &self.unit))?,
            total_price: self
                .total_price
                .map(Won::new)
                .transpose()
                .map_err(|_| inconsistent("total_price", &self.id))?,
            description: description.map_err(|_| inconsistent("description", &self.id))?.flatten(),
        };
        Ok(Facts {
            id: self.id,
            version: self.version,
            leader_id: self.leader_id,
            market,
            item: Item {
                code: self.item_code,
                name: self.item_name,
                category_code: self.category_code,
            },
            purchase,
            shares,
            taken_shares: self.taken_shares,
            members_count: self.members_count,
            max_penalties: self
                .max_penalties
                .map(MaxPenalties::new)
                .transpose()
                .map_err(|_| inconsistent("max_penalties", &self.id))?,
            schedule: Schedule {
                starts_at: self.starts_at.and_utc(),
                ends_at: self.ends_at.and_utc(),
                join_deadline: self.join_deadline.and_utc(),
            },
            state,
            created_at: self.created_at.and_utc(),
        })
    }
}

impl From<&Facts> for Row {
    fn from(facts: &Facts) -> Self {
        let Purchase { quantity, unit, total_price, description } = &facts.purchase;
        Self {
            id: facts.id,
            version: facts.version,
            leader_id: facts.leader_id,
            status: status_name(facts.state.status()).to_owned(),
            cause: facts.state.cause().map(str::to_owned),
            market_id: facts.market.market_id,
            item_code: facts.item.code.clone(),
            item_name: facts.item.name.clone(),
            category_code: facts.item.category_code.clone(),
            quantity: quantity.get(),
            unit: unit.as_str().to_owned(),
            total_price: total_price.map(Won::get),
            description: description.as_ref().map(|text| text.as_str().to_owned()),
            total_shares: facts.shares.total(),
            leader_shares: facts.shares.leader(),
            min_shares: facts.shares.min(),
            taken_shares: facts.taken_shares,
            members_count: facts.members_count,
            max_penalties: facts.max_penalties.map(MaxPenalties::get),
            starts_at: facts.schedule.starts_at.naive_utc(),
            ends_at: facts.schedule.ends_at.naive_utc(),
            join_deadline: facts.schedule.join_deadline.naive_utc(),
            created_at: facts.created_at.naive_utc(),
            updated_at: facts.created_at.naive_utc(),
        }
    }
}

fn inconsistent(column: &'static str, value: &impl ToString) -> DbError {
    DbError::Inconsistent { table: "parties", column, value: value.to_string() }
}
