//! The leader says who came.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::PartyError;
use crate::store::parties;

/// Completes a party with the attendance of each member.
pub async fn complete_party(
    conn: &mut Conn,
    id: PartyId,
    actor: UserId,
    attendance: &[(UserId, bool)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut party = parties::lock(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    party.complete(actor, attendance, now)?;
    parties::members::record_attendance(conn, id, party.members(), now).await?;
    Ok(parties::save(conn, &party, now).await?)
}
