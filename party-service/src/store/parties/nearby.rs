//! Open parties near a place.
//!
//! Parties meet at markets, and markets are few: some hundreds within 10 km of the densest place
//! there is, however many parties there are. So a search goes from market to market on the
//! [map](crate::market_map) and takes parties of these, in the order wanted, from an index that
//! has all that is filtered by. What is read depends on the page, not on how many parties there
//! are.

mod in_order;
mod nearest;
mod select;

use std::sync::Arc;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{MarketId, PartyId};
use diesel_async::RunQueryDsl;

use self::select::{Order, Row, Select, Union};
use crate::domain::geo::Coordinates;
use crate::domain::party_search::{PartyOrder, PartySearch};
use crate::market_map::{Edition, MarketMap};

/// How often a search begins again because markets were imported meanwhile. The last time it makes
/// do with the map it has.
const ATTEMPTS: usize = 3;

/// A party that was found, with all that tells its place in any order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Which.
    pub id: PartyId,
    /// Where it meets.
    pub market_id: MarketId,
    /// How far away that is, in metres.
    pub distance_m: f64,
    /// When it closes.
    pub join_deadline: DateTime<Utc>,
}

/// The last party of the page before.
#[derive(Clone, Copy, Debug)]
pub struct After {
    /// Which.
    pub id: PartyId,
    /// Where it meets.
    pub market_id: MarketId,
    /// When it closes.
    pub join_deadline: DateTime<Utc>,
}

impl From<&Found> for After {
    fn from(found: &Found) -> Self {
        let Found { id, market_id, join_deadline, .. } = *found;
        Self { id, market_id, join_deadline }
    }
}

/// Which parties are looked for, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Around where.
    pub center: Coordinates,
    /// What.
    pub search: &'a PartySearch,
    /// In which order.
    pub order: PartyOrder,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// Up to `limit` open parties, beginning after one.
pub async fn find(
    conn: &mut Conn,
    map: &MarketMap,
    query: Query<'_>,
    after: Option<After>,
    limit: u32,
) -> Result<Vec<Found>, DbError> {
    let Query { center, search, order, now } = query;
    let mut attempt = 1;
    loop {
        let edition = map.edition();
        let is_checked = attempt == ATTEMPTS;
        let mut finder =
            Finder { edition: edition.clone(), is_checked, center, search, after, limit, now };
        let found = match order {
            PartyOrder::Distance => finder.nearest(conn).await,
            PartyOrder::Closing => finder.in_order(conn, Order::Closing).await,
            PartyOrder::Newest => finder.in_order(conn, Order::Newest).await,
        };
        match found {
            Ok(mut found) => {
                found.truncate(finder.limit());
                return Ok(found);
            }
            Err(Stop::Db(error)) => return Err(error),
            Err(Stop::Outdated) => {
                map.renew(conn, &edition).await?;
                attempt += 1;
            }
        }
    }
}

/// One search on one edition of the map.
struct Finder<'a> {
    edition: Arc<Edition>,
    /// Whether the edition is known to be the last.
    is_checked: bool,
    center: Coordinates,
    search: &'a PartySearch,
    after: Option<After>,
    limit: u32,
    now: DateTime<Utc>,
}

/// Why a search did not come to its end.
enum Stop {
    /// Markets have been imported.
    Outdated,
    /// The database failed.
    Db(DbError),
}

impl<'a> Finder<'a> {
    fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    fn is_full(&self, found: &[Found]) -> bool {
        found.len() >= self.limit()
    }

    /// The markets where parties may be, nearest first: how far away and which.
    fn markets(&self) -> Vec<(f64, MarketId)> {
        let (places, radius_m) = (&self.edition.places, self.search.radius.metres());
        let Some(id) = self.search.market else { return places.within(self.center, radius_m) };
        let market = places.find(id).map(|place| (self.center.distance_m(place), id));
        market.into_iter().filter(|(distance_m, _)| *distance_m <= radius_m).collect()
    }

    fn select(&self, order: Order, limit: u32) -> Select<'a> {
        Select::anywhere(self.search, order, limit, self.now)
    }

    /// The rows of these selects. The first time, finds out whether the edition is the last one.
    async fn load(&mut self, conn: &mut Conn, selects: Vec<Select<'_>>) -> Result<Vec<Row>, Stop> {
        let with_note = !self.is_checked;
        if selects.is_empty() && !with_note {
            return Ok(Vec::new());
        }
        let rows = Union { selects, with_note }.load(conn).await;
        let mut rows: Vec<Row> = rows.map_err(|error| Stop::Db(error.into()))?;
        if with_note {
            let note = rows.iter().position(select::is_note).map(|at| rows.swap_remove(at));
            if note.map(|(.., changed_at)| changed_at) != self.edition.changed_at {
                return Err(Stop::Outdated);
            }
            self.is_checked = true;
        }
        Ok(rows)
    }
}

impl Found {
    fn new((id, market_id, join_deadline): Row, distance_m: f64) -> Self {
        Self { id, market_id, distance_m, join_deadline: join_deadline.and_utc() }
    }
}
