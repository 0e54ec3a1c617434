//! Stars items and markets.
//!
//! The row of the person is held meanwhile, so that the star is where the person lives even if they
//! move at this moment, and nobody gets more than they can have.

use chassis::db::Conn;
use contracts::UserId;

use super::Error;
use crate::store::favorite_items::{self, FavoriteItem};
use crate::store::favorite_markets::{self, FavoriteMarket};
use crate::store::people::{self, Held};

/// Stars an item, and gives back the star there is now. Twice is once.
pub async fn star_item(
    conn: &mut Conn,
    user_id: UserId,
    item: &FavoriteItem,
    max: u32,
) -> Result<FavoriteItem, Error> {
    let person = present(conn, user_id).await?;
    if let Some(starred) = favorite_items::find(conn, user_id, &item.code).await? {
        return Ok(starred);
    }
    if favorite_items::count(conn, user_id).await? >= max.into() {
        return Err(Error::TooMany(max));
    }
    favorite_items::insert(conn, user_id, item, person.zone).await?;
    Ok(item.clone())
}

/// Stars a market, and gives back the star there is now. Twice is once.
pub async fn star_market(
    conn: &mut Conn,
    user_id: UserId,
    market: &FavoriteMarket,
    max: u32,
) -> Result<FavoriteMarket, Error> {
    let person = present(conn, user_id).await?;
    if let Some(starred) = favorite_markets::find(conn, user_id, market.market_id).await? {
        return Ok(starred);
    }
    if favorite_markets::count(conn, user_id).await? >= max.into() {
        return Err(Error::TooMany(max));
    }
    favorite_markets::insert(conn, user_id, market, person.zone).await?;
    Ok(market.clone())
}

async fn present(conn: &mut Conn, user_id: UserId) -> Result<Held, Error> {
    let person = people::hold(conn, user_id).await?;
    if person.withdrawn { Err(Error::Withdrawn) } else { Ok(person) }
}
