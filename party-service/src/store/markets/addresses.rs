//! The road addresses of the markets.

use chassis::db::{Conn, DbError};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::coordinates;
use crate::domain::geo::Coordinates;
use crate::schema::markets;
use crate::store::like;

/// More than there are in one building, so that a full page is left when they are taken for one.
const MARKETS_IN_A_BUILDING: i64 = 8;

/// Address key, road address, latitude and longitude of a market.
type Row = (String, String, f64, f64);

/// The road address and the place of a market whose address has this key.
pub async fn at(
    conn: &mut Conn,
    address_key: &str,
) -> Result<Option<(String, Coordinates)>, DbError> {
    let row: Option<(String, f64, f64)> = markets::table
        .filter(markets::address_key.eq(address_key))
        .order(markets::id)
        .select((markets::road_address, markets::latitude, markets::longitude))
        .first(conn)
        .await
        .optional()?;
    row.map(|(address, lat, lon)| Ok((address, coordinates(lat, lon)?))).transpose()
}

diesel::define_sql_function! {
    /// Where a text has another in it, from 1.
    fn instr(text: Text, part: Text) -> Integer;
}

diesel::define_sql_function! {
    /// How many characters a text has.
    fn char_length(text: Text) -> Integer;
}

/// Up to `limit` addresses with this in their keys: those that begin with it first, then the
/// shorter ones. An address where several markets are is given once.
pub async fn containing(
    conn: &mut Conn,
    part_of_key: &str,
    limit: u32,
) -> Result<Vec<(String, Coordinates)>, DbError> {
    let mut rows: Vec<Row> = markets::table
        .filter(markets::address_key.like(like::containing(part_of_key)))
        .order((
            instr(markets::address_key, part_of_key),
            char_length(markets::address_key),
            markets::address_key,
            markets::id,
        ))
        .select((
            markets::address_key,
            markets::road_address,
            markets::latitude,
            markets::longitude,
        ))
        .limit(i64::from(limit) * MARKETS_IN_A_BUILDING)
        .load(conn)
        .await?;
    rows.dedup_by(|(next, ..), (key, ..)| next == key);
    let places = rows.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
    places.map(|(_, address, lat, lon)| Ok((address, coordinates(lat, lon)?))).collect()
}
