//! An administrator takes a penalty back.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyChange;
use contracts::{PenaltyId, UserId};

use super::Error;
use crate::domain::admin_action::AdminAction;
use crate::domain::penalty::PenaltyError;
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::{admin_log, penalties, people};

/// Takes a penalty back, tells of it, and writes down who did.
pub async fn revoke_penalty(
    conn: &mut Conn,
    profiles: &Profiles,
    id: PenaltyId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let found = penalties::find(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    people::hold(conn, &[found.member_id]).await?;
    let mut penalty = penalties::lock(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    penalty.revoke(admin)?;
    penalties::record_decision(conn, &penalty, admin, now).await?;
    profiles.forget(conn, &[penalty.member_id]).await?;
    let count = penalties::count_active(conn, penalty.member_id, now).await?;
    let event = penalty.event(PenaltyChange::Revoked, admin, count);
    outbox::append(conn, SOURCE, now, event).await?;
    let action = AdminAction::PenaltyRevoked { penalty_id: id };
    Ok(admin_log::append(conn, Some(admin), action, now).await?)
}
