//! Someone leaves the platform. What is not done here is done by a worker, bit by bit: see
//! [`withdrawal`](crate::domain::withdrawal).

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::user::UserEvent;
use contracts::{SessionId, UserId};

use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::password::PasswordHash;
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::{users, withdrawals};

/// Ends an account whose password was `verified`, unless it was changed since. Says which sessions
/// ended, to be announced after the commit.
pub async fn withdraw(
    conn: &mut Conn,
    profiles: &Profiles,
    id: UserId,
    verified: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let (user, hash) = users::lock(conn, id).await?.ok_or(AccountError::NoSuchUser)?;
    if hash != *verified {
        return Err(AccountError::WrongPassword.into());
    }
    let version = user.version + 1;
    withdrawals::begin(conn, id, version, now).await?;
    profiles.forget(conn, &[id]).await?;
    let ended = revoke_sessions::revoke_all(conn, id, None, now).await?;
    let event = UserEvent::Withdrawn { user_id: id, version };
    outbox::append(conn, SOURCE, now, event).await?;
    Ok(ended)
}
