//! Open parties near a place.
//!
//! Parties meet at markets, and markets are few: some hundreds within 10 km of the densest place
//! there is, however many parties there are. So a search first asks which markets are near, and
//! then takes parties of these markets, in the order wanted, from an index that has all that is
//! filtered by. What is read depends on the page, not on how many parties there are.

mod in_order;
mod nearest;
mod select;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{MarketId, PartyId};

use self::select::{Order, Row, Select};
use crate::domain::geo::Coordinates;
use crate::domain::party_search::{PartyOrder, PartySearch};

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
    query: Query<'_>,
    after: Option<After>,
    limit: u32,
) -> Result<Vec<Found>, DbError> {
    let Query { center, search, order, now } = query;
    let finder = Finder { center, search, now, limit };
    let mut found = match order {
        PartyOrder::Distance => finder.nearest(conn, after).await?,
        PartyOrder::Closing => finder.in_order(conn, Order::Closing, after).await?,
        PartyOrder::Newest => finder.in_order(conn, Order::Newest, after).await?,
    };
    found.truncate(finder.limit());
    Ok(found)
}

/// One search.
struct Finder<'a> {
    center: Coordinates,
    search: &'a PartySearch,
    now: DateTime<Utc>,
    limit: u32,
}

impl Finder<'_> {
    fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    fn select(&self, order: Order, limit: u32) -> Select<'_> {
        Select::anywhere(self.search, order, limit, self.now)
    }

    fn is_full(&self, found: &[Found]) -> bool {
        found.len() >= self.limit()
    }
}

impl Found {
    fn new((id, market_id, join_deadline): Row, distance_m: f64) -> Self {
        Self { id, market_id, distance_m, join_deadline: join_deadline.and_utc() }
    }
}
