//! An administrator finds a penalty right, after an appeal.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PenaltyId, UserId};

use super::Error;
use crate::domain::admin_action::AdminAction;
use crate::domain::penalty::PenaltyError;
use crate::store::{admin_log, penalties};

/// Turns an appeal down and writes down who did.
pub async fn uphold_penalty(
    conn: &mut Conn,
    id: PenaltyId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut penalty = penalties::lock(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    penalty.uphold(admin)?;
    penalties::record_decision(conn, &penalty, admin, now).await?;
    let action = AdminAction::PenaltyUpheld { penalty_id: id };
    Ok(admin_log::append(conn, Some(admin), action, now).await?)
}
