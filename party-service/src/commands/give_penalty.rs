//! The leader gives a penalty to a member who did not come, or an administrator to the leader.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyChange;
use contracts::{PartyId, PenaltyId, UserId};

use super::Error;
use super::check_standing::check_bans;
use crate::domain::admin_action::AdminAction;
use crate::domain::ban::Deed;
use crate::domain::party::PartyError;
use crate::domain::penalty::{Comment, Penalty, PenaltyError, PenaltyStatus, Reproach};
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::parties::visible;
use crate::store::penalties::{self, meeting};
use crate::store::{admin_log, people};

/// Gives a penalty and tells of it, unless the leader is banned from leading. A party that is done
/// changes no more, so it need not be held; the unique key decides among those who do this at the
/// same time.
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
    if actor != meeting.leader_id && visible::find(conn, party_id, actor).await?.is_none() {
        return Err(PartyError::NotFound.into());
    }
    let penalty = meeting.punish(actor, reproach, now)?;
    people::hold(conn, &[member, actor]).await?;
    check_bans(conn, actor, Deed::Lead, now).await?;
    give(conn, profiles, &penalty, reproach.comment(), now).await?;
    Ok(penalty.id)
}

/// Gives one to the leader of a party, tells of it, and writes down who did. However many have
/// reported the leader there is one, and one that was revoked is not given again.
pub(super) async fn penalize_leader(
    conn: &mut Conn,
    profiles: &Profiles,
    party_id: PartyId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let meeting = meeting::find(conn, party_id, admin).await?.ok_or(PartyError::NotFound)?;
    let penalty = meeting.punish_leader(admin, now)?;
    people::hold(conn, &[penalty.member_id]).await?;
    // Whoever gives or revokes one holds the person, so this stays as it is.
    match penalties::of_member(conn, party_id, penalty.member_id).await? {
        Some(PenaltyStatus::Revoked) => Err(PenaltyError::AlreadyRevoked.into()),
        Some(PenaltyStatus::Given | PenaltyStatus::Appealed | PenaltyStatus::Upheld) => Ok(()),
        None => {
            give(conn, profiles, &penalty, None, now).await?;
            let action = AdminAction::PenaltyGiven { penalty_id: penalty.id };
            Ok(admin_log::append(conn, Some(admin), action, now).await?)
        }
    }
}

/// Stores a penalty of somebody whose row the caller holds, and tells of it.
async fn give(
    conn: &mut Conn,
    profiles: &Profiles,
    penalty: &Penalty,
    comment: Option<&Comment>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    penalties::insert(conn, penalty, comment).await.map_err(given_already)?;
    profiles.forget(conn, &[penalty.member_id]).await?;
    let count = penalties::count_active(conn, penalty.member_id, now).await?;
    let event = penalty.event(PenaltyChange::Given, penalty.given_by, count);
    Ok(outbox::append(conn, SOURCE, now, event).await?)
}

fn given_already(error: DbError) -> Error {
    if error.is_duplicate_of(penalties::UNIQUE_MEMBER) {
        PenaltyError::AlreadyGiven.into()
    } else {
        error.into()
    }
}
