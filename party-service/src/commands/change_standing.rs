//! Someone withdraws or leaves, or is accepted, rejected or removed.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::{Member, Party, PartyError};
use crate::store::parties;

/// Changes how `user_id` stands in a party; gives back the party, and the person in it.
pub async fn change_standing(
    conn: &mut Conn,
    id: PartyId,
    user_id: UserId,
    now: DateTime<Utc>,
    action: impl FnOnce(&mut Party) -> Result<Member, PartyError>,
) -> Result<(Party, Member), Error> {
    let mut party = parties::lock(conn, id, user_id).await?.ok_or(PartyError::NotFound)?;
    let member = action(&mut party)?;
    parties::members::update(conn, id, member, now).await?;
    parties::save(conn, &party, now).await?;
    Ok((party, member))
}
