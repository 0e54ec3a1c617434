//! Markets, people and parties in any number, written straight into the tables.

use std::fmt::Write as _;
use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use chassis::clock::Clock;
use chassis::db::Conn;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{MarketId, PartyId, UserId};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Double};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use party_service::commands::import_markets::import_markets;
use party_service::domain::geo::Coordinates;
use party_service::market_files::MarketFile;
use rand::RngExt as _;
use rand::rngs::StdRng;

/// Rows of one statement.
const LOT: usize = 1_000;
/// How many items people buy, and how many categories these belong to.
pub const ITEMS: u32 = 200;
/// How many categories there are.
pub const CATEGORIES: u32 = 12;
/// Meetings are this far ahead at most.
pub const DAYS_AHEAD: i64 = 30;

/// A market and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    /// Which.
    pub id: MarketId,
    /// Where.
    pub place: Coordinates,
}

#[derive(QueryableByName)]
struct MarketRow {
    #[diesel(sql_type = Binary)]
    id: MarketId,
    #[diesel(sql_type = Double)]
    latitude: f64,
    #[diesel(sql_type = Double)]
    longitude: f64,
}

/// Imports the real markets if they are there, else those of the sample.
pub async fn markets(conn: &mut Conn) -> Result<Vec<Market>> {
    let now = Clock::System.now();
    let mut rows = Vec::new();
    for record in MarketFile::open(File::open(market_file()?)?)? {
        rows.extend(record?.ok());
    }
    for lot in rows.chunks(LOT) {
        import_markets(conn, now, lot).await?;
    }
    let rows: Vec<MarketRow> =
        diesel::sql_query("SELECT id, latitude, longitude FROM markets ORDER BY id")
            .load(conn)
            .await?;
    let place = |row: &MarketRow| Coordinates::new(row.latitude, row.longitude);
    rows.iter()
        .map(|row| Ok(Market { id: row.id, place: place(row).context("a place on earth")? }))
        .collect()
}

fn market_file() -> Result<PathBuf> {
    let folder = std::env::var("DATA_DIR").unwrap_or_else(|_| "../shared/data".into());
    let real = PathBuf::from(folder).join("markets.csv");
    let sample = PathBuf::from("deploy/sample/markets.csv");
    let file = if real.is_file() { real } else { sample };
    ensure!(file.is_file(), "{} is not there: run it from the project's folder", file.display());
    Ok(file)
}

/// So many people, who cannot sign in.
pub async fn people(conn: &mut Conn, count: usize) -> Result<Vec<UserId>> {
    let people: Vec<_> = std::iter::repeat_with(UserId::new).take(count).collect();
    let now = time(Clock::System.now());
    for (lot, people) in people.chunks(LOT).enumerate() {
        let rows = people.iter().enumerate().map(|(number, id)| {
            let (id, number) = (id.as_uuid().simple(), lot * LOT + number);
            format!(
                "(x'{id}', '{id}@example.com', '-', '이웃 {number}', 'user', 'ko', 1, {now}, {now})"
            )
        });
        let columns = "users (id, email, password_hash, nickname, role, locale, version, created_at, updated_at)";
        insert(conn, columns, rows).await?;
    }
    Ok(people)
}

/// What is different from party to party.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    /// Which.
    pub id: PartyId,
    /// Who leads it.
    pub leader: UserId,
    /// Where it meets.
    pub market: MarketId,
    /// In how many shares it is split, of which the leader has one.
    pub total_shares: u32,
    /// What is bought: 0 to [`ITEMS`].
    pub item: u32,
    /// When it meets.
    pub starts_at: DateTime<Utc>,
    /// Until when one may apply.
    pub join_deadline: DateTime<Utc>,
}

impl Party {
    /// An open party of four shares at one of the markets.
    pub fn any(random: &mut StdRng, leader: UserId, markets: &[Market]) -> Result<Self> {
        let market = markets.get(random.random_range(0..markets.len())).context("no market")?;
        let hours = random.random_range(30..DAYS_AHEAD * 24);
        let starts_at = Clock::System.now() + TimeDelta::hours(hours);
        let join_deadline = starts_at - TimeDelta::hours(random.random_range(0..24));
        Ok(Self {
            id: PartyId::new(),
            leader,
            market: market.id,
            total_shares: 4,
            item: random.random_range(0..ITEMS),
            starts_at,
            join_deadline,
        })
    }
}

/// The code of an item.
#[must_use]
pub fn item_code(item: u32) -> String {
    format!("{}{item:04}", category_code(item))
}

/// The code of the category of an item.
#[must_use]
pub fn category_code(item: u32) -> String {
    format!("{:02}", item % CATEGORIES)
}

/// Inserts parties.
pub async fn parties(conn: &mut Conn, parties: &[Party]) -> Result<()> {
    let columns = "parties (id, version, leader_id, status, market_id, item_code, item_name, \
        category_code, quantity, unit, total_price, description, total_shares, leader_shares, \
        min_shares, taken_shares, members_count, starts_at, ends_at, join_deadline, created_at, \
        updated_at)";
    let now = time(Clock::System.now());
    for lot in parties.chunks(LOT) {
        let rows = lot.iter().map(|party| {
            format!(
                "(x'{}', 1, x'{}', 'open', x'{}', '{}', '사과 (후지)', '{}', 10, 'kg', 40000, \
                 '정문 앞에서 만나요', {}, 1, 2, 1, 1, {}, {}, {}, {now}, {now})",
                party.id.as_uuid().simple(),
                party.leader.as_uuid().simple(),
                party.market.as_uuid().simple(),
                item_code(party.item),
                category_code(party.item),
                party.total_shares,
                time(party.starts_at),
                time(party.starts_at + TimeDelta::hours(1)),
                time(party.join_deadline),
            )
        });
        insert(conn, columns, rows).await?;
    }
    Ok(())
}

/// Inserts rows, each in brackets, as they stand in a statement.
pub(crate) async fn insert(
    conn: &mut Conn,
    columns: &str,
    rows: impl Iterator<Item = String>,
) -> Result<()> {
    let mut sql = format!("INSERT INTO {columns} VALUES ");
    for (number, row) in rows.enumerate() {
        let comma = if number == 0 { "" } else { "," };
        write!(sql, "{comma}{row}")?;
    }
    Ok(conn.batch_execute(&sql).await?)
}

/// A time as it stands in a statement.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.format("'%F %T%.6f'").to_string()
}
