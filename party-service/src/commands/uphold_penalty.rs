//! An administrator finds a penalty right, after an appeal.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyChange;
use contracts::{PenaltyId, UserId};

use super::Error;
use crate::domain::admin_action::AdminAction;
use crate::domain::penalty::{DecisionNote, PenaltyError};
use crate::events::SOURCE;
use crate::store::{admin_log, penalties, people};

/// Turns an appeal down, tells of it, and writes down who did.
pub async fn uphold_penalty(
    conn: &mut Conn,
    id: PenaltyId,
    admin: UserId,
    note: Option<&DecisionNote>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let found = penalties::find(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    // Nothing changes of what counts; but how much that is, is told.
    people::hold(conn, &[found.member_id]).await?;
    let mut penalty = penalties::lock(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    penalty.uphold(admin)?;
    penalties::record_decision(conn, &penalty, admin, note, now).await?;
    let count = penalties::count_active(conn, penalty.member_id, now).await?;
    let event = penalty.event(PenaltyChange::Upheld, admin, count);
    outbox::append(conn, SOURCE, now, event).await?;
    let action = AdminAction::PenaltyUpheld { penalty_id: id };
    Ok(admin_log::append(conn, Some(admin), action, now).await?)
}
