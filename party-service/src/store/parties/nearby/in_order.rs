//! In the order in which parties close, or the last opened first.

use std::collections::HashMap;

use chassis::db::Conn;

use super::select::{Order, Row};
use super::{Finder, Found, Stop};

/// How many parties of the whole country are looked through for those that are near: in a city a
/// few have enough of them.
const WINDOWS: [u32; 2] = [256, 2_048];

impl Finder<'_> {
    /// Looks through the first parties of the country. Where too few of them are near, those near
    /// are a small part of all, and are sorted instead.
    pub(super) async fn in_order(
        &mut self,
        conn: &mut Conn,
        order: Order,
    ) -> Result<Vec<Found>, Stop> {
        let markets = self.markets();
        let distances: HashMap<_, _> =
            markets.iter().map(|(distance_m, id)| (*id, *distance_m)).collect();
        let near = |rows: Vec<Row>| -> Vec<Found> {
            rows.into_iter()
                .filter_map(|row| Some(Found::new(row, *distances.get(&row.1)?)))
                .collect()
        };
        // Of one item or at one market there are few anyway.
        if self.search.item.is_none() && self.search.market.is_none() {
            for window in WINDOWS {
                let select = self.select(order, window).after(self.after);
                let rows = self.load(conn, vec![select]).await?;
                let was_all = rows.len() < usize::try_from(window).unwrap_or(usize::MAX);
                let found = near(rows);
                if was_all || self.is_full(&found) {
                    return Ok(found);
                }
            }
        }
        let ids: Vec<_> = markets.iter().map(|(_, id)| *id).collect();
        let of_these = self.select(order, self.limit).at(&ids).after(self.after);
        let selects = if ids.is_empty() { Vec::new() } else { vec![of_these] };
        Ok(near(self.load(conn, selects).await?))
    }
}
