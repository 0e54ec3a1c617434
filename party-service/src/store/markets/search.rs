//! Which markets a search finds, and in which order.

use chassis::db::{Conn, DbError};
use contracts::MarketId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::coordinates;
use crate::domain::cell;
use crate::domain::geo::Coordinates;
use crate::domain::radius::Radius;
use crate::schema::markets;
use crate::store::like;

/// A market and how far away it is, in metres.
pub type Found = (MarketId, f64);

/// Up to `limit` markets with `text` (folded) in their name or address, sorted by name, beginning
/// after the market `after`.
///
/// Answered from the index on the search key alone, which is walked in the order of names.
pub async fn by_name(
    conn: &mut Conn,
    text: Option<&str>,
    after: Option<MarketId>,
    limit: u32,
) -> Result<Vec<MarketId>, DbError> {
    use markets::dsl;

    let mut query = dsl::markets.select(dsl::id).into_boxed();
    if let Some(text) = text {
        query = query.filter(dsl::search_key.like(like::containing(text)));
    }
    if let Some(after) = after {
        let key: Option<String> =
            dsl::markets.find(after).select(dsl::search_key).first(conn).await.optional()?;
        let Some(key) = key else { return Ok(Vec::new()) };
        let beside = dsl::search_key.eq(key.clone()).and(dsl::id.gt(after));
        query = query.filter(dsl::search_key.gt(key).or(beside));
    }
    let page = query.order((dsl::search_key, dsl::id)).limit(limit.into());
    Ok(page.load(conn).await?)
}

/// Up to `limit` markets within `radius` of `center`, with `text` (folded) in their name
/// or address, nearest first, beginning after the market `after`.
///
/// A few ranges of the index on cells hold all candidates, at most some hundreds.
pub async fn near(
    conn: &mut Conn,
    center: Coordinates,
    radius: Radius,
    text: Option<&str>,
    after: Option<MarketId>,
    limit: usize,
) -> Result<Vec<Found>, DbError> {
    use markets::dsl;

    let mut query = dsl::markets.select((dsl::id, dsl::latitude, dsl::longitude)).into_boxed();
    for range in cell::ranges(center, radius.metres()) {
        query = query.or_filter(dsl::cell.between(*range.start(), *range.end()));
    }
    if let Some(text) = text {
        query = query.filter(dsl::search_key.like(like::containing(text)));
    }
    let rows: Vec<(MarketId, f64, f64)> = query.load(conn).await?;

    let mut found = Vec::with_capacity(rows.len());
    for (id, latitude, longitude) in rows {
        let distance_m = center.distance_m(coordinates(latitude, longitude)?);
        if distance_m <= radius.metres() {
            found.push((id, distance_m));
        }
    }
    found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let start = match after {
        Some(after) => found.iter().position(|(id, _)| *id == after).map_or(found.len(), |i| i + 1),
        None => 0,
    };
    Ok(found.into_iter().skip(start).take(limit).collect())
}
