//! What somebody has to do with parties, for an export.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{MarketId, PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::{parties, party_members};

/// A party the person led.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyLed {
    /// Which.
    id: PartyId,
    /// Where it is in its life.
    status: String,
    /// What brought it there.
    cause: Option<String>,
    /// Where they meet.
    market_id: MarketId,
    /// What they buy.
    item_code: String,
    /// What it is called.
    item_name: String,
    /// What kind of thing it is.
    category_code: String,
    /// How much of it.
    quantity: u32,
    /// In which unit.
    unit: String,
    /// For how much, in won.
    total_price: Option<u32>,
    /// What the leader says about it.
    description: Option<String>,
    /// In how many shares it is split.
    total_shares: u32,
    /// How many of them the leader keeps.
    leader_shares: u32,
    /// How many have to be taken.
    min_shares: u32,
    /// How many are.
    taken_shares: u32,
    /// How many take part.
    members_count: u32,
    /// How many penalties an applicant may have.
    max_penalties: Option<u8>,
    /// When the meeting begins.
    starts_at: DateTime<Utc>,
    /// When it ends.
    ends_at: DateTime<Utc>,
    /// Until when one may apply.
    join_deadline: DateTime<Utc>,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// When it changed last.
    updated_at: DateTime<Utc>,
}

/// A party the person asked to join.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyJoined {
    /// Which.
    party_id: PartyId,
    /// Where they meet.
    market_id: MarketId,
    /// What they buy.
    item_name: String,
    /// When the meeting begins.
    starts_at: DateTime<Utc>,
    /// How the person stands.
    status: String,
    /// For how many shares.
    shares: u32,
    /// What they said to the leader.
    message: Option<String>,
    /// Whether they came.
    attended: Option<bool>,
    /// When they asked.
    applied_at: DateTime<Utc>,
    /// When that changed last.
    updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parties)]
struct LedRow {
    id: PartyId,
    status: String,
    cause: Option<String>,
    market_id: MarketId,
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = party_members)]
struct JoinedRow {
    party_id: PartyId,
    status: String,
    shares: u32,
    message: Option<String>,
    attended: Option<bool>,
    applied_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

/// The parties the person led, the oldest first.
pub async fn led(conn: &mut Conn, user: UserId) -> Result<Vec<PartyLed>, DbError> {
    let rows: Vec<LedRow> = parties::table
        .filter(parties::leader_id.eq(user))
        .order(parties::id)
        .select(LedRow::as_select())
        .load(conn)
        .await?;
    let led = |row: LedRow| PartyLed {
        id: row.id,
        status: row.status,
        cause: row.cause,
        market_id: row.market_id,
        item_code: row.item_code,
        item_name: row.item_name,
        category_code: row.category_code,
        quantity: row.quantity,
        unit: row.unit,
        total_price: row.total_price,
        description: row.description,
        total_shares: row.total_shares,
        leader_shares: row.leader_shares,
        min_shares: row.min_shares,
        taken_shares: row.taken_shares,
        members_count: row.members_count,
        max_penalties: row.max_penalties,
        starts_at: row.starts_at.and_utc(),
        ends_at: row.ends_at.and_utc(),
        join_deadline: row.join_deadline.and_utc(),
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
    };
    Ok(rows.into_iter().map(led).collect())
}

/// The parties the person asked to join, however that went.
pub async fn joined(conn: &mut Conn, user: UserId) -> Result<Vec<PartyJoined>, DbError> {
    type Row = (JoinedRow, (MarketId, String, NaiveDateTime));
    let rows: Vec<Row> = party_members::table
        .inner_join(parties::table.on(parties::id.eq(party_members::party_id)))
        .filter(party_members::user_id.eq(user))
        .order(party_members::party_id)
        .select((
            JoinedRow::as_select(),
            (parties::market_id, parties::item_name, parties::starts_at),
        ))
        .load(conn)
        .await?;
    let joined = |(row, (market_id, item_name, starts_at)): Row| PartyJoined {
        party_id: row.party_id,
        market_id,
        item_name,
        starts_at: starts_at.and_utc(),
        status: row.status,
        shares: row.shares,
        message: row.message,
        attended: row.attended,
        applied_at: row.applied_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
    };
    Ok(rows.into_iter().map(joined).collect())
}
