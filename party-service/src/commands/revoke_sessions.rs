//! Sessions end before their time.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::session::SessionsRevoked;
use contracts::{SessionId, UserId};

use super::Error;
use crate::domain::account_error::AccountError;
use crate::events::SOURCE;
use crate::store::sessions;

/// Ends these sessions of one person and says so.
pub(super) async fn revoke(
    conn: &mut Conn,
    user: UserId,
    ids: &[SessionId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    sessions::revoke(conn, ids, now).await?;
    let event = SessionsRevoked { user_id: user, session_ids: ids.to_vec() };
    outbox::append(conn, SOURCE, now, event).await?;
    Ok(())
}

/// Ends one session of a person; another person's does not exist.
pub async fn revoke_one(
    conn: &mut Conn,
    user: UserId,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let session = sessions::lock(conn, id).await?;
    if !session.is_some_and(|session| session.user_id == user && session.is_alive(now)) {
        return Err(AccountError::NoSuchSession.into());
    }
    revoke(conn, user, &[id], now).await?;
    Ok(vec![id])
}

/// Ends all sessions of a person but `kept`; says which, to be announced after the commit.
pub async fn revoke_all(
    conn: &mut Conn,
    user: UserId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let mut ids = sessions::lock_all(conn, user).await?;
    ids.retain(|id| Some(*id) != kept);
    revoke(conn, user, &ids, now).await?;
    Ok(ids)
}
