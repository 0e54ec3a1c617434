//! Someone leaves the platform. What is not done here is done by a worker, bit by bit: see
//! [`withdrawal`](crate::domain::withdrawal).

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::user::UserEvent;
use contracts::{SessionId, UserId};

use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::password::PasswordHash;
use crate::domain::user::User;
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::{admin_log, users, withdrawals};

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
    end(conn, profiles, &user, now).await
}

/// The operator ends the account of somebody who wants it and cannot do it, because they are banned
/// from everything; it is written down. Says which sessions ended, to be announced after the commit.
pub async fn withdraw_for(
    conn: &mut Conn,
    profiles: &Profiles,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let (user, _) = users::lock(conn, id).await?.ok_or(AccountError::NoSuchUser)?;
    let action = AdminAction::Withdrawn { user_id: id };
    admin_log::append(conn, None, action, now).await?;
    end(conn, profiles, &user, now).await
}

/// Ends an account whose row the caller holds.
async fn end(
    conn: &mut Conn,
    profiles: &Profiles,
    user: &User,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let (id, version) = (user.id, user.version + 1);
    withdrawals::begin(conn, id, version, now).await?;
    profiles.forget(conn, &[id]).await?;
    let ended = revoke_sessions::revoke_all(conn, id, None, now).await?;
    let event = UserEvent::Withdrawn { user_id: id, version };
    outbox::append(conn, SOURCE, now, event).await?;
    Ok(ended)
}
