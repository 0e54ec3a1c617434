//! Whether somebody may do a thing at all.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::UserId;

use super::Error;
use crate::domain::account_error::AccountError;
use crate::domain::ban::Deed;
use crate::store::{bans, users};

/// Refuses somebody who has withdrawn or is banned from it, and keeps both from happening until the
/// end of the transaction. To be called before a party is locked.
pub(super) async fn check_standing(
    conn: &mut Conn,
    user: UserId,
    deed: Deed,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !users::hold(conn, user).await? {
        return Err(AccountError::NoSuchUser.into());
    }
    check_bans(conn, user, deed, now).await
}

/// Refuses somebody who is banned from it. The caller holds their row.
pub(super) async fn check_bans(
    conn: &mut Conn,
    user: UserId,
    deed: Deed,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match bans::keeping(conn, user, deed.forbidden_by(), now).await? {
        Some(ban) => Err(AccountError::Banned { until: ban.ends_at, reason: ban.reason }.into()),
        None => Ok(()),
    }
}
