//! A party loses somebody who has left the platform, or is banned.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::{CancelledBy, PartyError};
use crate::store::parties;

/// Cancels a party whose leader has gone, unless its meeting has begun; says whether it did.
pub async fn lose_leader(
    conn: &mut Conn,
    id: PartyId,
    leader: UserId,
    cause: CancelledBy,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let mut party = parties::lock(conn, id, leader).await?.ok_or(PartyError::NotFound)?;
    let lost = party.lose_leader(cause, now);
    parties::save(conn, &party, now).await?;
    Ok(lost)
}

/// Takes a member or an applicant who has gone out of a party; says whether they were in it.
pub async fn lose_person(
    conn: &mut Conn,
    id: PartyId,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let mut party = parties::lock(conn, id, user_id).await?.ok_or(PartyError::NotFound)?;
    let lost = party.lose(user_id, now);
    if let Some(member) = lost {
        parties::members::update(conn, id, member, now).await?;
    }
    parties::save(conn, &party, now).await?;
    Ok(lost.is_some())
}
