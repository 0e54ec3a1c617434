//! Many parties at once, written straight into the tables.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{MarketId, PartyId};
use diesel_async::SimpleAsyncConnection as _;
use party_service::domain::geo::Coordinates;
use party_service::domain::party_search::CatalogCode;
use rand::RngExt as _;
use rand::rngs::StdRng;
use std::fmt::Write as _;
use testkit::TestDatabase;

use crate::helpers::noon;
use crate::market_rows::{import, market_id, row};

/// A market in the crowd.
pub struct Market {
    pub id: MarketId,
    pub place: Coordinates,
}

/// A party in the crowd.
pub struct Party {
    pub id: PartyId,
    pub market: usize,
    pub status: &'static str,
    pub item: CatalogCode,
    pub category: CatalogCode,
    pub starts_at: DateTime<Utc>,
    pub join_deadline: DateTime<Utc>,
}

/// Markets in and around Seoul: half of them on a grid, where many are equally far away, and some
/// of these at one point.
pub async fn markets(database: &TestDatabase, random: &mut StdRng, count: usize) -> Vec<Market> {
    let rows: Vec<_> = (0..count)
        .map(|number| {
            let (mut north, mut east) =
                (random.random_range(0.0..0.4), random.random_range(0.0..0.5));
            if number % 2 == 0 {
                (north, east) = (f64::round(north * 40.0) / 40.0, f64::round(east * 40.0) / 40.0);
            }
            row(&format!("시장 {number}"), 37.4 + north, 126.8 + east)
        })
        .collect();
    let mut markets = Vec::new();
    for lot in rows.chunks(200) {
        import(database, lot).await;
        for row in lot {
            let id = market_id(database, &row.source_id).await;
            markets.push(Market { id, place: row.coordinates });
        }
    }
    markets
}

fn code(number: u32) -> CatalogCode {
    CatalogCode::parse(&format!("{number:02}")).unwrap()
}

/// Parties at these markets: few at most of them, hundreds at some; not all open, and of the open
/// ones some whose deadline has passed.
pub fn some_parties(random: &mut StdRng, markets: &[Market], count: usize) -> Vec<Party> {
    let mut party = || {
        let any = random.random_range(0..markets.len());
        let busy = random.random_range(0..4) * 7 % markets.len();
        let starts_at = noon() + TimeDelta::minutes(random.random_range(60..20_000));
        let item = random.random_range(0..30);
        Party {
            id: PartyId::new(),
            market: if random.random_bool(0.6) { any } else { busy },
            status: ["open", "open", "open", "open", "locked", "cancelled", "done"]
                [random.random_range(0..7)],
            item: code(item),
            category: code(item % 4),
            starts_at,
            join_deadline: starts_at - TimeDelta::minutes(random.random_range(0..1_500)),
        }
    };
    (0..count).map(|_| party()).collect()
}

/// Writes the parties down.
pub async fn insert(database: &TestDatabase, markets: &[Market], parties: &[Party]) {
    let mut conn = database.conn().await;
    for lot in parties.chunks(500) {
        let mut sql = "INSERT INTO parties (id, version, leader_id, status, cause, market_id, \
            item_code, item_name, category_code, quantity, unit, total_shares, leader_shares, \
            min_shares, taken_shares, members_count, starts_at, ends_at, join_deadline, created_at, \
            updated_at) VALUES "
            .to_owned();
        for (number, party) in lot.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let time = |time: DateTime<Utc>| time.format("'%F %T%.6f'").to_string();
            let (id, market) =
                (party.id.as_uuid().simple(), markets[party.market].id.as_uuid().simple());
            write!(
                sql,
                "{comma}(x'{id}', 1, x'{id}', '{}', NULL, x'{market}', '{}', '', '{}', 1, 'kg', 4, \
                 1, 2, 1, 1, {}, {}, {}, {now}, {now})",
                party.status,
                party.item.as_str(),
                party.category.as_str(),
                time(party.starts_at),
                time(party.starts_at + TimeDelta::hours(1)),
                time(party.join_deadline),
                now = time(noon()),
            )
            .unwrap();
        }
        conn.batch_execute(&sql).await.unwrap();
    }
    conn.batch_execute("ANALYZE TABLE parties, markets").await.unwrap();
}
