//! The leader edits, locks or cancels a party.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use super::require_visible::require_visible;
use crate::domain::party::{Party, PartyError};
use crate::store::parties;

/// Does to a party, as `actor`, what leaves its people as they are.
pub async fn change_party<T>(
    conn: &mut Conn,
    id: PartyId,
    actor: UserId,
    now: DateTime<Utc>,
    action: impl FnOnce(&mut Party) -> Result<T, PartyError>,
) -> Result<T, Error> {
    let mut party = parties::lock(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    require_visible(conn, &party, actor).await?;
    let done = action(&mut party)?;
    parties::save(conn, &party, now).await?;
    Ok(done)
}
