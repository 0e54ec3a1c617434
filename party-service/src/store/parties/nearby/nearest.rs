//! Nearest first: by the distance of the market, then by its id, then by the id of the party.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use contracts::MarketId;
use diesel_async::RunQueryDsl;

use super::select::{Order, Row, Union};
use super::{After, Finder, Found};
use crate::store::markets;
use crate::store::markets::search::within;

/// A market and how far away it is, in metres.
type Market = (f64, MarketId);

/// The outer radii of the rings in metres. In the densest place there are some ten markets in the
/// first ring and a hundred in the second.
const RINGS_M: [f64; 3] = [1_000.0, 4_000.0, f64::INFINITY];

/// How many markets of a ring are asked together: one often has enough, so the first question is
/// small; the last is for all that are left.
const BATCHES: [usize; 3] = [2, 6, 24];

/// Up to so many markets are asked for the first parties of each; more for all that they have.
const FEW: usize = 8;

/// How many parties are taken in at once. Where there are more, fewer markets are asked.
const MANY: u32 = 1_000;

impl Finder<'_> {
    /// Walks from market to market, outwards, until the page is full.
    pub(super) async fn nearest(
        &self,
        conn: &mut Conn,
        after: Option<After>,
    ) -> Result<Vec<Found>, DbError> {
        let mut start = None;
        if let Some(after) = after {
            start = self.market(conn, after.market_id).await?;
            if start.is_none() {
                return Ok(Vec::new());
            }
        }
        let radius_m = self.search.radius.metres();
        let mut reached_m = None;
        let mut found = Vec::new();
        for ring_m in RINGS_M.map(|ring_m| radius_m.min(ring_m)) {
            let is_behind = start.is_some_and(|(distance_m, _)| distance_m > ring_m);
            if is_behind || reached_m == Some(ring_m) {
                continue;
            }
            let mut ring = self.markets(conn, ring_m).await?;
            ring.retain(|market| match (start, reached_m) {
                (Some(first), None) => *market >= first,
                (_, Some(reached_m)) => market.0 > reached_m,
                (None, None) => true,
            });
            self.visit(conn, &ring, after, &mut found).await?;
            if self.is_full(&found) {
                break;
            }
            reached_m = Some(ring_m);
        }
        Ok(found)
    }

    /// The markets within so many metres where parties may be, nearest first.
    pub(super) async fn markets(
        &self,
        conn: &mut Conn,
        radius_m: f64,
    ) -> Result<Vec<Market>, DbError> {
        let Some(id) = self.search.market else {
            return within(conn, self.center, radius_m, None).await;
        };
        let market = self.market(conn, id).await?;
        Ok(market.into_iter().filter(|(distance_m, _)| *distance_m <= radius_m).collect())
    }

    async fn market(&self, conn: &mut Conn, id: MarketId) -> Result<Option<Market>, DbError> {
        let market = markets::find(conn, id).await?;
        Ok(market.map(|market| (self.center.distance_m(market.coordinates), id)))
    }

    /// Adds the parties of these markets until the page is full.
    async fn visit(
        &self,
        conn: &mut Conn,
        markets: &[Market],
        after: Option<After>,
        found: &mut Vec<Found>,
    ) -> Result<(), DbError> {
        let mut waiting = Vec::with_capacity(16);
        let mut rest = markets;
        for size in BATCHES {
            let (batch, others) = rest.split_at(size.min(rest.len()));
            waiting.push(batch);
            rest = others;
        }
        waiting.push(rest);
        waiting.reverse();

        while let Some(batch) = waiting.pop()
            && !self.is_full(found)
        {
            if let Some(rows) = self.take(conn, batch, after).await? {
                add(batch, rows, found);
            } else {
                let (nearer, farther) = batch.split_at(batch.len() / 2);
                waiting.extend([farther, nearer]);
            }
        }
        Ok(())
    }

    /// All parties of these markets that can be on the page; `None` if those are too many.
    async fn take(
        &self,
        conn: &mut Conn,
        markets: &[Market],
        after: Option<After>,
    ) -> Result<Option<Vec<Row>>, DbError> {
        if markets.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let ids: Vec<_> = markets.iter().map(|(_, id)| *id).collect();
        if ids.len() <= FEW {
            let first = self.select(Order::Oldest, self.limit);
            let begun = |id: MarketId| after.filter(|after| after.market_id == id);
            let of_each = ids
                .chunks(1)
                .zip(&ids)
                .map(|(market, id)| first.clone().at(market).after(begun(*id)));
            return Ok(Some(Union(of_each.collect()).load(conn).await?));
        }
        // Where the page before ended is among the first few: nothing to leave out here.
        let all = self.select(Order::None, MANY + 1).at(&ids);
        let rows: Vec<Row> = Union(vec![all]).load(conn).await?;
        let many = usize::try_from(MANY).unwrap_or(usize::MAX);
        Ok((rows.len() <= many).then_some(rows))
    }
}

/// Adds the rows in the order of the markets.
fn add(markets: &[Market], rows: Vec<Row>, found: &mut Vec<Found>) {
    let places: HashMap<_, _> = markets
        .iter()
        .enumerate()
        .map(|(place, (distance_m, id))| (*id, (place, *distance_m)))
        .collect();
    let mut rows: Vec<_> =
        rows.into_iter().filter_map(|row| Some((*places.get(&row.1)?, row))).collect();
    rows.sort_unstable_by_key(|((place, _), (id, ..))| (*place, *id));
    found.extend(rows.into_iter().map(|((_, distance_m), row)| Found::new(row, distance_m)));
}
