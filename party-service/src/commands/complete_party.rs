//! The leader says who came.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use crate::domain::party::PartyError;
use crate::profiles::Profiles;
use crate::store::parties::{self, visible};
use crate::store::people;

/// Completes a party with the attendance of each member. Everyone sees it in the profiles of those
/// who came.
pub async fn complete_party(
    conn: &mut Conn,
    profiles: &Profiles,
    id: PartyId,
    actor: UserId,
    attendance: &[(UserId, bool)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    // Whoever has no say in it holds nobody up.
    let (shown, _) = visible::find(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    if shown.facts.leader_id != actor {
        return Err(PartyError::NotTheLeader.into());
    }
    // People before the party: that is the order in which everyone takes rows.
    let taking_part = parties::members::taking_part(conn, id).await?;
    people::hold(conn, &taking_part).await?;
    let mut party = parties::lock(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    party.complete(actor, attendance, now)?;
    parties::members::record_attendance(conn, id, party.members(), now).await?;
    if party.members().any(|member| !taking_part.contains(&member.user_id)) {
        // Somebody joined in between: once more.
        return Err(DbError::Deadlock.into());
    }
    profiles.forget(conn, &taking_part).await?;
    Ok(parties::save(conn, &party, now).await?)
}
