//! Time moves a party on.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::PartyId;

use super::Error;
use crate::store::parties;

/// Does what is due by time; says whether anything was. Whoever holds the party at this moment
/// settles it as well.
pub async fn settle_party(conn: &mut Conn, id: PartyId, now: DateTime<Utc>) -> Result<bool, Error> {
    let Some(mut party) = parties::due::lock(conn, id).await? else { return Ok(false) };
    let settled = party.settle(now);
    parties::save(conn, &party, now).await?;
    Ok(settled)
}
