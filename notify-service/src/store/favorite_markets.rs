//! The table of starred markets. Where the person lives stands in each row, as with items.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{MarketId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::favorite_markets::dsl;

/// A market that somebody has starred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FavoriteMarket {
    /// Which market.
    pub market_id: MarketId,
    /// Its name on the day it was starred.
    pub name: String,
    /// When that was.
    pub created_at: DateTime<Utc>,
}

/// Stars a market for a person who lives in `zone`.
pub async fn insert(
    conn: &mut Conn,
    user_id: UserId,
    market: &FavoriteMarket,
    zone: Option<i32>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::favorite_markets)
        .values((
            dsl::user_id.eq(user_id),
            dsl::market_id.eq(market.market_id),
            dsl::name.eq(&market.name),
            dsl::zone.eq(zone),
            dsl::created_at.eq(market.created_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The star of a person on a market, if there is one.
pub async fn find(
    conn: &mut Conn,
    user_id: UserId,
    market_id: MarketId,
) -> Result<Option<FavoriteMarket>, DbError> {
    let row: Option<(MarketId, String, NaiveDateTime)> = dsl::favorite_markets
        .find((user_id, market_id))
        .select((dsl::market_id, dsl::name, dsl::created_at))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(read))
}

/// The stars of a person on markets, by id after `after`, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    user_id: UserId,
    after: Option<MarketId>,
    limit: u32,
) -> Result<Vec<FavoriteMarket>, DbError> {
    let mut query = dsl::favorite_markets.filter(dsl::user_id.eq(user_id)).into_boxed();
    if let Some(after) = after {
        query = query.filter(dsl::market_id.gt(after));
    }
    let rows: Vec<(MarketId, String, NaiveDateTime)> = query
        .order(dsl::market_id)
        .limit(limit.into())
        .select((dsl::market_id, dsl::name, dsl::created_at))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// How many markets a person has starred.
pub async fn count(conn: &mut Conn, user_id: UserId) -> Result<i64, DbError> {
    Ok(dsl::favorite_markets.filter(dsl::user_id.eq(user_id)).count().get_result(conn).await?)
}

/// Takes the star of a person off a market.
pub async fn delete(conn: &mut Conn, user_id: UserId, market_id: MarketId) -> Result<(), DbError> {
    diesel::delete(dsl::favorite_markets.find((user_id, market_id))).execute(conn).await?;
    Ok(())
}

/// A person has moved.
pub async fn move_to(conn: &mut Conn, user_id: UserId, zone: Option<i32>) -> Result<(), DbError> {
    diesel::update(dsl::favorite_markets.filter(dsl::user_id.eq(user_id)))
        .set(dsl::zone.eq(zone))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes all stars of a person off markets.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::favorite_markets.filter(dsl::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}

fn read((market_id, name, created_at): (MarketId, String, NaiveDateTime)) -> FavoriteMarket {
    FavoriteMarket { market_id, name, created_at: created_at.and_utc() }
}
