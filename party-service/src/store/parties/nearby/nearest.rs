//! Nearest first: by the distance of the market, then by its id, then by the id of the party.

use std::collections::HashMap;

use chassis::db::Conn;
use contracts::MarketId;

use super::select::{Order, Row};
use super::{Finder, Found, Stop};

/// A market and how far away it is, in metres.
type Market = (f64, MarketId);

/// How many markets are asked together, before all that are left: often the first one has enough,
/// so the first question is small.
const BATCHES: [usize; 4] = [4, 16, 64, 256];

/// Up to so many markets are asked for the first parties of each; more for all that they have.
const FEW: usize = 8;

/// How many parties are taken in at once. Where there are more, fewer markets are asked.
const MANY: u32 = 1_000;

impl Finder<'_> {
    /// Goes from market to market until the page is full.
    pub(super) async fn nearest(&mut self, conn: &mut Conn) -> Result<Vec<Found>, Stop> {
        let mut markets = self.markets();
        if let Some(after) = self.after {
            let passed = markets.iter().position(|(_, id)| *id == after.market_id);
            markets.drain(..passed.unwrap_or(markets.len()));
        }
        let mut waiting = self.batches(&markets);
        let mut found = Vec::new();
        while let Some(batch) = waiting.pop()
            && !self.is_full(&found)
        {
            if let Some(rows) = self.take(conn, batch).await? {
                add(batch, rows, &mut found);
            } else {
                let (nearer, farther) = batch.split_at(batch.len() / 2);
                waiting.extend([farther, nearer]);
            }
        }
        Ok(found)
    }

    /// The markets in batches, the last one first. There is at least one batch, be it empty.
    fn batches<'m>(&self, mut markets: &'m [Market]) -> Vec<&'m [Market]> {
        let mut batches = Vec::with_capacity(16);
        // Of one item there are few everywhere.
        if self.search.item.is_none() {
            for size in BATCHES {
                if size >= markets.len() {
                    break;
                }
                let (batch, rest) = markets.split_at(size);
                batches.push(batch);
                markets = rest;
            }
        }
        batches.push(markets);
        batches.reverse();
        batches
    }

    /// All parties of these markets that can be on the page; `None` if those are too many.
    async fn take(
        &mut self,
        conn: &mut Conn,
        markets: &[Market],
    ) -> Result<Option<Vec<Row>>, Stop> {
        let ids: Vec<_> = markets.iter().map(|(_, id)| *id).collect();
        if ids.len() <= FEW {
            let first = self.select(Order::Oldest, self.limit);
            let begun = |id| self.after.filter(|after| after.market_id == id);
            let of_each = ids.chunks(1).zip(&ids);
            let selects = of_each.map(|(at, id)| first.clone().at(at).after(begun(*id))).collect();
            return self.load(conn, selects).await.map(Some);
        }
        let all = self.select(Order::None, MANY + 1).at(&ids);
        let mut rows = self.load(conn, vec![all]).await?;
        if rows.len() > usize::try_from(MANY).unwrap_or(usize::MAX) {
            return Ok(None);
        }
        // The page before ended at the first market; what it showed of that is not shown again.
        if let Some(after) = self.after {
            rows.retain(|(id, market_id, _)| *market_id != after.market_id || *id > after.id);
        }
        Ok(Some(rows))
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
