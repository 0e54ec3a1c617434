//! Someone asks to join a party.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::{Member, Message, Party, PartyError};
use crate::store::parties;

/// Asks for some shares of a party; gives back the party, and the applicant in it.
pub async fn apply_to_party(
    conn: &mut Conn,
    id: PartyId,
    actor: UserId,
    shares: u32,
    message: Option<&Message>,
    now: DateTime<Utc>,
) -> Result<(Party, Member), Error> {
    let mut party = parties::lock(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    let applicant = party.apply(actor, shares, now)?;
    parties::members::apply(conn, id, applicant, message, now).await?;
    parties::save(conn, &party, now).await?;
    Ok((party, applicant))
}
