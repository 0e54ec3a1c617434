//! The member says that a penalty is not right.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PenaltyId, UserId};

use super::Error;
use crate::domain::penalty::{AppealText, PenaltyError};
use crate::store::penalties;

/// Appeals against a penalty; an administrator will decide.
pub async fn appeal_penalty(
    conn: &mut Conn,
    id: PenaltyId,
    actor: UserId,
    text: &AppealText,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut penalty = penalties::lock(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    penalty.appeal(actor, now)?;
    Ok(penalties::record_appeal(conn, &penalty, text, now).await?)
}
