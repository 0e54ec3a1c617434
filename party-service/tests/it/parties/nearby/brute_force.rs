//! What is found is what a look at everything finds, in every order, page by page.

use chassis::db::Conn;
use chrono::TimeDelta;
use contracts::PartyId;
use party_service::domain::geo::Coordinates;
use party_service::domain::party_search::{PartyOrder, PartySearch};
use party_service::domain::radius::Radius;
use party_service::market_map::MarketMap;
use party_service::store::parties::nearby::{After, Query, find};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::crowd::{Market, Party, insert, markets, some_parties};
use crate::helpers::{database, noon};

const ORDERS: [PartyOrder; 3] = [PartyOrder::Distance, PartyOrder::Closing, PartyOrder::Newest];

/// The parties that a search has to find, in order: which, and how far away.
fn look_at_everything(
    markets: &[Market],
    parties: &[Party],
    center: Coordinates,
    search: &PartySearch,
    order: PartyOrder,
) -> Vec<(PartyId, f64)> {
    let mut found: Vec<_> = parties
        .iter()
        .map(|party| (party, &markets[party.market]))
        .map(|(party, market)| (center.distance_m(market.place), market, party))
        .filter(|(distance_m, market, party)| {
            let fits =
                |wanted: &Option<_>, code| wanted.as_ref().is_none_or(|wanted| wanted == code);
            party.status == "open"
                && party.join_deadline > noon()
                && *distance_m <= search.radius.metres()
                && fits(&search.item, &party.item)
                && fits(&search.category, &party.category)
                && search.market.is_none_or(|id| id == market.id)
                && search.starts_after.is_none_or(|time| party.starts_at >= time)
                && search.starts_before.is_none_or(|time| party.starts_at < time)
        })
        .collect();
    match order {
        PartyOrder::Distance => found.sort_by(|a, b| {
            a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)).then(a.2.id.cmp(&b.2.id))
        }),
        PartyOrder::Closing => found.sort_by_key(|(_, _, party)| (party.join_deadline, party.id)),
        PartyOrder::Newest => found.sort_by_key(|(_, _, party)| std::cmp::Reverse(party.id)),
    }
    found.into_iter().map(|(distance_m, _, party)| (party.id, distance_m)).collect()
}

fn any_search(random: &mut StdRng, markets: &[Market], parties: &[Party]) -> PartySearch {
    let party = &parties[random.random_range(0..parties.len())];
    let market = &markets[party.market];
    let mut some = |share| random.random_bool(share);
    let (item, category, at, after, before) =
        (some(0.25), some(0.25), some(0.1), some(0.3), some(0.3));
    let day = TimeDelta::days(1);
    PartySearch {
        radius: Radius::from_km(random.random_range(0.1..=20.0)).unwrap(),
        item: item.then(|| party.item.clone()),
        category: category.then(|| party.category.clone()),
        market: at.then_some(market.id),
        starts_after: after.then(|| party.starts_at - day),
        starts_before: before.then(|| party.starts_at + day),
    }
}

/// A market, a place beside one, or one where there may be nothing.
fn somewhere(random: &mut StdRng, markets: &[Market]) -> Coordinates {
    let place = markets[random.random_range(0..markets.len())].place;
    let off = [0.0, 0.003, 0.3][random.random_range(0..3)];
    let mut move_by = |degrees: f64| degrees + random.random_range(-1.0..1.0) * off;
    Coordinates::new(move_by(place.latitude()), move_by(place.longitude())).unwrap()
}

/// Reads all pages of a search and compares.
async fn compare(
    conn: &mut Conn,
    markets: &[Market],
    parties: &[Party],
    query: Query<'_>,
    limit: u32,
) {
    let Query { center, search, order, .. } = query;
    let expected = look_at_everything(markets, parties, center, search, order);
    let (map, mut found, mut after) = (MarketMap::default(), Vec::new(), None);
    loop {
        let page = find(conn, &map, query, after, limit).await.unwrap();
        assert!(page.len() <= usize::try_from(limit).unwrap());
        let Some(last) = page.last() else { break };
        let (id, market_id, join_deadline) = (last.id, last.market_id, last.join_deadline);
        after = Some(After { id, market_id, join_deadline });
        found.extend(page.into_iter().map(|party| (party.id, party.distance_m)));
    }
    let ids = |rows: &[(PartyId, f64)]| rows.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&expected), "{order:?} {center:?} {search:?} by {limit}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found.1 - expected.1).abs() < 1e-6, "to the metre, and far better");
    }
}

async fn search_here_and_there(seed: u64, market_count: usize, party_count: usize) {
    let mut random = StdRng::seed_from_u64(seed);
    let database = database().await;
    let markets = markets(&database, &mut random, market_count).await;
    let parties = some_parties(&mut random, &markets, party_count);
    insert(&database, &markets, &parties).await;
    let mut conn = database.conn().await;
    for number in 0..150 {
        let center = somewhere(&mut random, &markets);
        let search = any_search(&mut random, &markets, &parties);
        let order = ORDERS[number % ORDERS.len()];
        let limit = random.random_range(1..=101);
        let query = Query { center, search: &search, order, now: noon() };
        compare(&mut conn, &markets, &parties, query, limit).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_parties_at_few_markets() {
    search_here_and_there(509, 60, 5_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_parties_at_many_markets() {
    search_here_and_there(510, 600, 1_500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_behind_markets_where_nothing_is() {
    let mut random = StdRng::seed_from_u64(512);
    let database = database().await;
    let markets = markets(&database, &mut random, 200).await;
    let center = Coordinates::new(37.6, 127.05).unwrap();
    let mut parties = some_parties(&mut random, &markets, 3_000);
    parties.retain(|party| center.distance_m(markets[party.market].place) > 9_000.0);
    insert(&database, &markets, &parties).await;
    let mut conn = database.conn().await;
    let search = PartySearch { radius: Radius::from_km(20.0).unwrap(), ..PartySearch::default() };
    for order in ORDERS {
        let query = Query { center, search: &search, order, now: noon() };
        compare(&mut conn, &markets, &parties, query, 101).await;
    }
}
