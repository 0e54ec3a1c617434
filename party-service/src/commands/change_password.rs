//! Someone changes their password: every other session ends.

use chassis::db::Conn;
use chassis::identity::Identity;
use chrono::{DateTime, Utc};
use contracts::SessionId;

use super::count_attempt::{Attempt, forgive};
use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::password::PasswordHash;
use crate::store::users;

/// Replaces the hash that the current password was `verified` against, unless another change came
/// first. Says which sessions ended, to be announced after the commit.
pub async fn change_password(
    conn: &mut Conn,
    identity: Identity,
    verified: &PasswordHash,
    next: &PasswordHash,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let (user, hash) =
        users::lock(conn, identity.user_id).await?.ok_or(AccountError::NoSuchUser)?;
    if hash != *verified {
        return Err(AccountError::WrongPassword.into());
    }
    users::set_password(conn, user.id, next, now).await?;
    forgive(conn, attempt, now).await?;
    revoke_sessions::revoke_all(conn, user.id, Some(identity.session_id), now).await
}
