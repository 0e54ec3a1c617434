//! Which markets a search finds, and in which order.

use chassis::db::{Conn, DbError};
use contracts::MarketId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{coordinates, load};
use crate::domain::cell;
use crate::domain::geo::Coordinates;
use crate::domain::market::Market;
use crate::domain::market_search::{Around, SearchText};
use crate::schema::markets;
use crate::store::like;

/// A market and how far away it is.
#[derive(Debug)]
pub struct Near {
    /// The market.
    pub market: Market,
    /// How far away it is, in metres.
    pub distance_m: f64,
}

/// Up to `limit` markets with `text` in their name or address, sorted by name, beginning after the
/// market `after`.
///
/// Which ones is answered from the index on the search key alone, in the order of names.
pub async fn by_name(
    conn: &mut Conn,
    text: Option<&SearchText>,
    after: Option<MarketId>,
    limit: u32,
) -> Result<Vec<Market>, DbError> {
    use markets::dsl;

    let mut query = dsl::markets.select(dsl::id).into_boxed();
    if let Some(text) = text {
        query = query.filter(dsl::search_key.like(like::containing(text.as_str())));
    }
    if let Some(after) = after {
        let key: Option<String> =
            dsl::markets.find(after).select(dsl::search_key).first(conn).await.optional()?;
        let Some(key) = key else { return Ok(Vec::new()) };
        let beside = dsl::search_key.eq(key.clone()).and(dsl::id.gt(after));
        query = query.filter(dsl::search_key.gt(key).or(beside));
    }
    let page = query.order((dsl::search_key, dsl::id)).limit(limit.into());
    let ids: Vec<MarketId> = page.load(conn).await?;
    load(conn, &ids).await
}

/// Up to `limit` markets around a place, with `text` in their name or address, nearest first,
/// beginning after the market `after`.
pub async fn near(
    conn: &mut Conn,
    Around { center, radius }: Around,
    text: Option<&SearchText>,
    after: Option<MarketId>,
    limit: u32,
) -> Result<Vec<Near>, DbError> {
    let mut found = within(conn, center, radius.metres(), text).await?;
    if let Some(after) = after {
        let past = found.iter().position(|(_, id)| *id == after).map_or(found.len(), |at| at + 1);
        found.drain(..past);
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));

    let ids: Vec<_> = found.iter().map(|(_, id)| *id).collect();
    let markets = load(conn, &ids).await?.into_iter();
    let with_distance =
        |market: Market| Near { distance_m: center.distance_m(market.coordinates), market };
    Ok(markets.map(with_distance).collect())
}

/// All markets within `radius_m` metres of a place, with `text` in their name or address: how far
/// away and which, nearest first.
///
/// A few ranges of the index on cells hold all candidates, some hundreds at most, with all that it
/// takes to tell which are meant.
pub async fn within(
    conn: &mut Conn,
    center: Coordinates,
    radius_m: f64,
    text: Option<&SearchText>,
) -> Result<Vec<(f64, MarketId)>, DbError> {
    use markets::dsl;

    let mut query = dsl::markets.select((dsl::id, dsl::latitude, dsl::longitude)).into_boxed();
    for range in cell::ranges(center, radius_m) {
        query = query.or_filter(dsl::cell.between(*range.start(), *range.end()));
    }
    if let Some(text) = text {
        query = query.filter(dsl::search_key.like(like::containing(text.as_str())));
    }
    let rows: Vec<(MarketId, f64, f64)> = query.load(conn).await?;

    let mut found = Vec::with_capacity(rows.len());
    for (id, latitude, longitude) in rows {
        let distance_m = center.distance_m(coordinates(latitude, longitude)?);
        if distance_m <= radius_m {
            found.push((distance_m, id));
        }
    }
    found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    Ok(found)
}
