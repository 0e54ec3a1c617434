//! What is near, held against looking at everything.

use contracts::MarketId;
use party_service::domain::geo::Coordinates;
use party_service::domain::market_search::Around;
use party_service::domain::radius::Radius;
use party_service::store::markets::search;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::helpers::database;
use crate::market_rows::{import, row};

const MARKETS: usize = 1_500;
const SEARCHES: usize = 30;
const PAGE: u32 = 50;

/// A place in or around Seoul, half of the time on a grid: there many are equally far away.
fn somewhere(random: &mut StdRng) -> Coordinates {
    let (mut north, mut east) = (random.random_range(0.0..0.5), random.random_range(0.0..0.6));
    if random.random_bool(0.5) {
        (north, east) = (f64::round(north * 50.0) / 50.0, f64::round(east * 50.0) / 50.0);
    }
    Coordinates::new(37.3 + north, 126.7 + east).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn near_is_what_a_look_at_everything_finds() {
    let mut random = StdRng::seed_from_u64(509);
    let database = database().await;
    let rows: Vec<_> = (0..MARKETS)
        .map(|number| {
            let place = somewhere(&mut random);
            row(&format!("시장 {number}"), place.latitude(), place.longitude())
        })
        .collect();
    for lot in rows.chunks(500) {
        import(&database, lot).await;
    }
    let mut conn = database.conn().await;

    for _ in 0..SEARCHES {
        let (center, km) = (somewhere(&mut random), random.random_range(0.1..=20.0));
        let around = Around { center, radius: Radius::from_km(km).unwrap() };
        let mut expected: Vec<_> = rows
            .iter()
            .map(|row| (center.distance_m(row.coordinates), row.name.as_str()))
            .filter(|(distance_m, _)| *distance_m <= km * 1000.0)
            .collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));

        let (mut found, mut after): (Vec<(f64, String)>, Option<MarketId>) = (Vec::new(), None);
        loop {
            let page = search::near(&mut conn, around, None, after, PAGE).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.market.id);
            found.extend(page.into_iter().map(|near| (near.distance_m, near.market.name)));
        }
        assert!(found.is_sorted_by(|a, b| a.0 <= b.0));
        // Those equally far away come in the order of their ids, which is none that a test knows.
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let found: Vec<_> = found.iter().map(|(metres, name)| (*metres, name.as_str())).collect();
        assert_eq!(found, expected, "{km} km around {center:?}");
    }
}
