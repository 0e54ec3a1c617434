//! Parties and those who take part.
//!
//! Whoever changes a party takes it with [`lock`], lets the domain decide and hands it back to
//! [`save`]: its people are only ever written by who holds its row.

pub mod due;
pub mod led;
pub mod members;
pub mod mine;
pub mod nearby;
pub mod of_leaver;
mod row;
pub mod visible;

use std::collections::HashMap;

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use self::row::{MarketColumns, Row, market_ref};
use super::names::{NAME_COLUMNS, NameColumns, name};
use crate::domain::name::Name;
use crate::domain::party::{Description, Facts, MaxPenalties, Party, Won, status_name};
use crate::events::SOURCE;
use crate::schema::{markets, parties, users};

/// A party as anyone may see it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The party apart from its people.
    pub facts: Facts,
    /// The name of its leader.
    pub leader_name: Name,
}

/// The party, if there is one.
pub async fn find(conn: &mut Conn, id: PartyId) -> Result<Option<Shown>, DbError> {
    Ok(load(conn, &[id]).await?.pop())
}

/// The parties with these ids, in the order of the ids; none for an id that is not there.
pub async fn load(conn: &mut Conn, ids: &[PartyId]) -> Result<Vec<Shown>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Row, MarketColumns, NameColumns)> = parties::table
        .inner_join(markets::table.on(markets::id.eq(parties::market_id)))
        .inner_join(users::table.on(users::id.eq(parties::leader_id)))
        .filter(parties::id.eq_any(ids))
        .select((Row::as_select(), row::MARKET_COLUMNS, NAME_COLUMNS))
        .load(conn)
        .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for (row, market, leader) in rows {
        let facts = row.into_facts(market_ref(market))?;
        found.insert(facts.id, Shown { facts, leader_name: name(leader) });
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The party and its people, with the standing of `about` whatever it is; held until the end of
/// the transaction.
pub async fn lock(conn: &mut Conn, id: PartyId, about: UserId) -> Result<Option<Party>, DbError> {
    let row: Option<Row> = parties::table
        .find(id)
        .select(Row::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    match row {
        Some(row) => with_people(conn, row, Some(about)).await.map(Some),
        None => Ok(None),
    }
}

async fn with_people(conn: &mut Conn, row: Row, about: Option<UserId>) -> Result<Party, DbError> {
    let market: MarketColumns =
        markets::table.find(row.market_id).select(row::MARKET_COLUMNS).first(conn).await?;
    let people = members::concerned(conn, row.id, about).await?;
    Ok(Party::stored(row.into_facts(market_ref(market))?, people))
}

/// Stores a new party and its news.
pub async fn insert(conn: &mut Conn, party: &Party, now: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(parties::table).values(Row::from(party.facts())).execute(conn).await?;
    publish(conn, party, now).await
}

/// Stores what can change of a party, and its news. Its people are stored by [`members`].
pub async fn save(conn: &mut Conn, party: &Party, now: DateTime<Utc>) -> Result<(), DbError> {
    use parties::dsl;

    if party.news().is_empty() {
        return Ok(());
    }
    let Facts { id, purchase, shares, schedule, state, .. } = party.facts();
    diesel::update(dsl::parties.find(*id))
        .set((
            dsl::version.eq(party.facts().version),
            dsl::status.eq(status_name(state.status())),
            dsl::cause.eq(state.cause()),
            dsl::quantity.eq(purchase.quantity.get()),
            dsl::unit.eq(purchase.unit.as_str()),
            dsl::total_price.eq(purchase.total_price.map(Won::get)),
            dsl::description.eq(purchase.description.as_ref().map(Description::as_str)),
            dsl::total_shares.eq(shares.total()),
            dsl::min_shares.eq(shares.min()),
            dsl::taken_shares.eq(party.facts().taken_shares),
            dsl::members_count.eq(party.facts().members_count),
            dsl::max_penalties.eq(party.facts().max_penalties.map(MaxPenalties::get)),
            dsl::starts_at.eq(schedule.starts_at.naive_utc()),
            dsl::ends_at.eq(schedule.ends_at.naive_utc()),
            dsl::join_deadline.eq(schedule.join_deadline.naive_utc()),
            dsl::updated_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    publish(conn, party, now).await
}

async fn publish(conn: &mut Conn, party: &Party, now: DateTime<Utc>) -> Result<(), DbError> {
    for event in party.news() {
        outbox::append(conn, SOURCE, now, event.clone()).await?;
    }
    Ok(())
}
