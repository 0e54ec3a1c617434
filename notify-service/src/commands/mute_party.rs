//! Keeps a party quiet.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::store::{muted_parties, parties, people};

/// How many parties one person can mute.
const MAX_MUTED: u32 = 1000;

/// Tells a person nothing more about a party, but for penalties.
pub async fn mute_party(
    conn: &mut Conn,
    user_id: UserId,
    party_id: PartyId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if people::hold(conn, user_id).await?.withdrawn {
        return Err(Error::Withdrawn);
    }
    parties::find(conn, party_id).await?.ok_or(Error::NoSuchParty)?;
    if muted_parties::count(conn, user_id).await? >= MAX_MUTED.into() {
        return Err(Error::TooMany(MAX_MUTED));
    }
    muted_parties::insert(conn, user_id, party_id, now).await?;
    Ok(())
}
