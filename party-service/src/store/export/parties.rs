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
    /// Where they meet.
    market_id: MarketId,
    /// What they buy.
    item_name: String,
    /// What the leader says about it.
    description: Option<String>,
    /// How many shares the leader keeps.
    leader_shares: u32,
    /// When the meeting begins.
    starts_at: DateTime<Utc>,
    /// When it was opened.
    created_at: DateTime<Utc>,
}

/// A party the person asked to join.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyJoined {
    /// Which.
    party_id: PartyId,
    /// How they stand.
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

/// The parties the person led, the oldest first.
pub async fn led(conn: &mut Conn, user: UserId) -> Result<Vec<PartyLed>, DbError> {
    type Row =
        (PartyId, String, MarketId, String, Option<String>, u32, NaiveDateTime, NaiveDateTime);
    let rows: Vec<Row> = parties::table
        .filter(parties::leader_id.eq(user))
        .order(parties::id)
        .select((
            parties::id,
            parties::status,
            parties::market_id,
            parties::item_name,
            parties::description,
            parties::leader_shares,
            parties::starts_at,
            parties::created_at,
        ))
        .load(conn)
        .await?;
    let led =
        |(id, status, market_id, item_name, description, shares, starts, created): Row| PartyLed {
            id,
            status,
            market_id,
            item_name,
            description,
            leader_shares: shares,
            starts_at: starts.and_utc(),
            created_at: created.and_utc(),
        };
    Ok(rows.into_iter().map(led).collect())
}

/// The parties the person asked to join, however that went.
pub async fn joined(conn: &mut Conn, user: UserId) -> Result<Vec<PartyJoined>, DbError> {
    type Row = (PartyId, String, u32, Option<String>, Option<bool>, NaiveDateTime, NaiveDateTime);
    let rows: Vec<Row> = party_members::table
        .filter(party_members::user_id.eq(user))
        .order(party_members::party_id)
        .select((
            party_members::party_id,
            party_members::status,
            party_members::shares,
            party_members::message,
            party_members::attended,
            party_members::applied_at,
            party_members::updated_at,
        ))
        .load(conn)
        .await?;
    let joined =
        |(party_id, status, shares, message, attended, applied, updated): Row| PartyJoined {
            party_id,
            status,
            shares,
            message,
            attended,
            applied_at: applied.and_utc(),
            updated_at: updated.and_utc(),
        };
    Ok(rows.into_iter().map(joined).collect())
}
