//! Where the markets are: all of them, ready to be asked which are near.

use std::collections::HashMap;

use contracts::MarketId;

use super::cell;
use super::geo::Coordinates;

/// Where all markets are.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// By cell code, so that what is near is a few runs of neighbours.
    by_cell: Vec<(u64, MarketId, Coordinates)>,
    by_id: HashMap<MarketId, Coordinates>,
}

impl Places {
    /// The places of these markets.
    #[must_use]
    pub fn new(markets: Vec<(MarketId, Coordinates)>) -> Self {
        let cells = markets.iter().map(|(id, place)| (cell::cell(*place), *id, *place));
        let mut by_cell: Vec<_> = cells.collect();
        by_cell.sort_unstable_by_key(|(cell, id, _)| (*cell, *id));
        Self { by_cell, by_id: markets.into_iter().collect() }
    }

    /// Where a market is.
    #[must_use]
    pub fn find(&self, id: MarketId) -> Option<Coordinates> {
        self.by_id.get(&id).copied()
    }

    /// All markets within `radius_m` metres of a place: how far away and which, nearest first, and
    /// of those equally far away in the order of their ids.
    #[must_use]
    pub fn within(&self, center: Coordinates, radius_m: f64) -> Vec<(f64, MarketId)> {
        let mut found = Vec::new();
        for range in cell::ranges(center, radius_m) {
            let start = self.by_cell.partition_point(|(cell, ..)| cell < range.start());
            let run = self.by_cell.iter().skip(start);
            for (_, id, place) in run.take_while(|(cell, ..)| range.contains(cell)) {
                let distance_m = center.distance_m(*place);
                if distance_m <= radius_m {
                    found.push((distance_m, *id));
                }
            }
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::geo::tests::{anywhere, at};
    use super::*;

    /// A place in a small country, often the same one.
    fn in_the_country() -> impl Strategy<Value = Coordinates> {
        (0..40_u32, 0..40_u32).prop_map(|(north, east)| {
            at(37.0 + f64::from(north) / 100.0, 127.0 + f64::from(east) / 100.0)
        })
    }

    proptest! {
        #[test]
        fn what_is_near_is_what_a_look_at_all_finds(
            places in prop::collection::vec(prop_oneof![9 => in_the_country(), 1 => anywhere()], 0..200),
            center in prop_oneof![9 => in_the_country(), 1 => anywhere()],
            radius_m in 0.0..30_000.0,
        ) {
            let markets: Vec<_> = places.into_iter().map(|place| (MarketId::new(), place)).collect();
            let mut expected: Vec<_> = markets
                .iter()
                .map(|(id, place)| (center.distance_m(*place), *id))
                .filter(|(distance_m, _)| *distance_m <= radius_m)
                .collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let places = Places::new(markets.clone());
            prop_assert_eq!(places.within(center, radius_m), expected);
            for (id, place) in markets {
                prop_assert_eq!(places.find(id), Some(place));
            }
        }
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        assert_eq!(Places::default().find(MarketId::new()), None);
        assert!(Places::default().within(at(37.5, 127.0), 20_000.0).is_empty());
    }
}
