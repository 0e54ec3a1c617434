//! The list of the markets as a whole, and when it was last changed.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::MarketId;
use diesel::prelude::*;
use diesel::sql_types::Datetime;
use diesel_async::RunQueryDsl;

use super::coordinates;
use crate::domain::geo::Coordinates;
use crate::schema::{market_list, markets};

/// Where all markets are.
pub async fn places(conn: &mut Conn) -> Result<Vec<(MarketId, Coordinates)>, DbError> {
    let rows: Vec<(MarketId, f64, f64)> = markets::table
        .select((markets::id, markets::latitude, markets::longitude))
        .load(conn)
        .await?;
    rows.into_iter().map(|(id, lat, lon)| Ok((id, coordinates(lat, lon)?))).collect()
}

/// When a market was last added or changed.
pub async fn changed_at(conn: &mut Conn) -> Result<Option<NaiveDateTime>, DbError> {
    Ok(market_list::table.select(market_list::changed_at).first(conn).await.optional()?)
}

/// Notes that markets were added or changed. Holds the note until the end of the transaction, so
/// that it grows in the order in which imports are committed, whatever their clocks say.
pub async fn note_change(conn: &mut Conn, now: DateTime<Utc>) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO market_list (id, changed_at) VALUES (1, ?) ON DUPLICATE KEY UPDATE \
         changed_at = GREATEST(VALUES(changed_at), changed_at + INTERVAL 1 MICROSECOND)",
    )
    .bind::<Datetime, _>(now.naive_utc())
    .execute(conn)
    .await?;
    Ok(())
}
