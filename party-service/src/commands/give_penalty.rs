//! The leader gives a penalty to a member who did not come.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyChange;
use contracts::{PartyId, PenaltyId, UserId};

use super::Error;
use crate::domain::party::PartyError;
use crate::domain::penalty::{PenaltyError, Reproach};
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::penalties::{self, meeting};
use crate::store::people;

/// Gives a penalty and tells of it. A party that is done changes no more, so it need not be held;
/// the unique key decides among those who do this at the same time.
pub async fn give_penalty(
    conn: &mut Conn,
    profiles: &Profiles,
    party_id: PartyId,
    member: UserId,
    actor: UserId,
    reproach: &Reproach,
    now: DateTime<Utc>,
) -> Result<PenaltyId, Error> {
    let meeting = meeting::find(conn, party_id, member).await?.ok_or(PartyError::NotFound)?;
    let penalty = meeting.punish(actor, reproach, now)?;
    people::hold(conn, &[member]).await?;
    penalties::insert(conn, &penalty, reproach.comment()).await.map_err(given_already)?;
    profiles.forget(conn, &[member]).await?;
    let count = penalties::count_active(conn, member, now).await?;
    let event = penalty.event(PenaltyChange::Given, actor, count);
    outbox::append(conn, SOURCE, now, event).await?;
    Ok(penalty.id)
}

fn given_already(error: DbError) -> Error {
    if error.is_duplicate_of(penalties::UNIQUE_MEMBER) {
        PenaltyError::AlreadyGiven.into()
    } else {
        error.into()
    }
}
