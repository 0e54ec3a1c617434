//! People with favourites, written straight into the tables.
//!
//! Everyone lives some way from a market and has starred two items and that market. The item of the
//! party is starred by those it concerns, who live around its market, and by four times as many who
//! live too far away.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use chassis::db::Conn;
use contracts::{MarketId, UserId};
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use notify_service::domain::Place;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::platform::Platform;
use crate::crowd::{ITEMS, Market, item_code};

/// The item of the party.
pub(super) const ITEM: &str = "999999";
/// What everybody has starred besides; neither is one of the items that people buy.
const MILK: &str = "999998";
/// Rows of one statement.
const LOT: usize = 2_000;
/// How many who starred the item live too far away, for each who does not.
const FAR: usize = 4;
/// How far from the market of the party they live at least: farther than anybody may go.
const FAR_M: f64 = 25_000.0;

/// Those whom the party concerns.
pub(super) struct Crowd {
    /// Where the party meets.
    pub(super) market: Market,
    /// Whom it concerns, in the order of their ids.
    pub(super) concerned: Vec<UserId>,
}

#[derive(Default)]
struct Rows {
    people: String,
    items: String,
    markets: String,
}

impl Crowd {
    /// Makes so many people, and lets the party concern some of them.
    pub(super) async fn seed(platform: &Platform, people: usize, concerned: usize) -> Result<Self> {
        let mut random = StdRng::seed_from_u64(509);
        let market = *platform.markets.as_slice().first().context("no market")?;
        let here = Place::new(market.place.latitude(), market.place.longitude());
        let here = here.context("a place on earth")?;
        let mut crowd = Self { market, concerned: Vec::new() };
        let mut conn = platform.db.conn().await?;
        conn.batch_execute("SET SESSION unique_checks = 0").await?;
        let (mut rows, mut far) = (Rows::default(), concerned * FAR);
        // Those it concerns are spread over all ids.
        let every = (people / concerned).max(1);
        for number in 0..people {
            let id = UserId::new();
            if number % every == 0 && crowd.concerned.len() < concerned {
                rows.add(id, near(&mut random, here, 0.04), ITEM, market.id)?;
                crowd.concerned.push(id);
            } else {
                let home = platform.markets.get(random.random_range(0..platform.markets.len()));
                let home = home.context("no market")?;
                let place = Place::new(home.place.latitude(), home.place.longitude());
                let place = near(&mut random, place.context("a place on earth")?, 0.1);
                let starred = if far > 0 && place.distance_m(here) > FAR_M {
                    far -= 1;
                    ITEM.to_owned()
                } else {
                    item_code(random.random_range(0..ITEMS))
                };
                // Who lives near may have starred the market: they would be concerned too.
                let market = if home.id == market.id { MarketId::new() } else { home.id };
                rows.add(id, place, &starred, market)?;
            }
            if number % LOT == LOT - 1 || number == people - 1 {
                std::mem::take(&mut rows).insert(&mut conn).await?;
            }
        }
        crowd.concerned.sort_unstable();
        conn.batch_execute("ANALYZE TABLE people, favorite_items, favorite_markets").await?;
        Ok(crowd)
    }

    /// Fails unless everybody concerned has so many notifications, and nobody else has any.
    pub(super) async fn require_exactly(&self, platform: &Platform, each: usize) -> Result<()> {
        #[derive(diesel::QueryableByName)]
        struct Counts {
            #[diesel(sql_type = BigInt)]
            inboxes: i64,
            #[diesel(sql_type = BigInt)]
            rows: i64,
            #[diesel(sql_type = BigInt)]
            distinct_rows: i64,
        }
        let counts: Counts = diesel::sql_query(
            "SELECT COUNT(DISTINCT user_id) AS inboxes, COUNT(*) AS `rows`, \
             COUNT(DISTINCT user_id, notice_id) AS distinct_rows FROM notifications",
        )
        .get_result(&mut *platform.db.conn().await?)
        .await?;
        let people = i64::try_from(self.concerned.len())?;
        let rows = people * i64::try_from(each)?;
        ensure!(
            (counts.inboxes, counts.rows, counts.distinct_rows) == (people, rows, rows),
            "{} inboxes have {} notifications, {} of them different",
            counts.inboxes,
            counts.rows,
            counts.distinct_rows
        );
        Ok(())
    }
}

/// Somewhere around a place, at most so many degrees away in either direction.
fn near(random: &mut StdRng, place: Place, degrees: f64) -> Place {
    let mut step = || random.random_range(-degrees..degrees);
    Place::new(place.latitude() + step(), place.longitude() + step()).unwrap_or(place)
}

impl Rows {
    fn add(&mut self, id: UserId, place: Place, item: &str, market: MarketId) -> Result<()> {
        let comma = if self.people.is_empty() { "" } else { "," };
        let (id, market) = (id.as_uuid().simple(), market.as_uuid().simple());
        let (latitude, longitude, zone) = (place.latitude(), place.longitude(), place.zone());
        write!(self.people, "{comma}(X'{id}', 1, 0, 'ko', {latitude}, {longitude}, {zone})")?;
        write!(
            self.items,
            "{comma}(X'{id}', '{item}', '사과', {zone}, '2026-01-01'),\
             (X'{id}', '{MILK}', '우유', {zone}, '2026-01-01')"
        )?;
        write!(self.markets, "{comma}(X'{id}', X'{market}', '시장', {zone}, '2026-01-01')")?;
        Ok(())
    }

    async fn insert(self, conn: &mut Conn) -> Result<()> {
        let star = "user_id, item_code, name, zone, created_at";
        let sql = format!(
            "INSERT INTO people (user_id, version, withdrawn, locale, latitude, longitude, zone) \
             VALUES {}; INSERT INTO favorite_items ({star}) VALUES {}; \
             INSERT INTO favorite_markets (user_id, market_id, name, zone, created_at) VALUES {}",
            self.people, self.items, self.markets
        );
        Ok(conn.batch_execute(&sql).await?)
    }
}
