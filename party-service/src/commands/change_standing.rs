//! Someone withdraws or leaves, or is accepted, rejected or removed.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use super::require_visible::require_visible;
use crate::domain::party::{Member, Party, PartyError};
use crate::store::parties;

/// Changes, as `actor`, how `user_id` stands in a party; gives back the party, and the person in it.
pub async fn change_standing(
    conn: &mut Conn,
    id: PartyId,
    (actor, user_id): (UserId, UserId),
    now: DateTime<Utc>,
    action: impl FnOnce(&mut Party) -> Result<Member, PartyError>,
) -> Result<(Party, Member), Error> {
    let mut party = parties::lock(conn, id, user_id).await?.ok_or(PartyError::NotFound)?;
    require_visible(conn, &party, actor).await?;
    let member = action(&mut party)?;
    parties::members::update(conn, id, member, now).await?;
    parties::save(conn, &party, now).await?;
    Ok((party, member))
}
