//! An administrator ends a party.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::PartyError;
use crate::store::parties;

/// Cancels a party with which something is wrong; says whether it was still alive.
pub async fn shut_down_party(
    conn: &mut Conn,
    id: PartyId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let mut party = parties::lock(conn, id, admin).await?.ok_or(PartyError::NotFound)?;
    let ended = party.shut_down(now);
    parties::save(conn, &party, now).await?;
    Ok(ended)
}
