//! A refresh token is exchanged for the next one.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::SessionId;

use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::user::User;
use crate::store::{refresh_tokens, sessions, users};
use crate::tokens::RefreshTokenHash;

/// What came of it.
pub enum Refreshed {
    /// The session goes on.
    Prolonged {
        /// Whose it is.
        user: User,
        /// Which it is.
        session: SessionId,
    },
    /// The token had been used before. One of the two who have it is a thief, and nobody knows
    /// which, so the session is over for both (RFC 9700, 4.14.2).
    Reused {
        /// The session that ended, to be announced after the commit.
        session: SessionId,
    },
}

/// Exchanges `shown` for `next`, which is good until `expires_at`.
pub async fn refresh_session(
    conn: &mut Conn,
    shown: &RefreshTokenHash,
    next: &RefreshTokenHash,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Refreshed, Error> {
    let id =
        refresh_tokens::session_of(conn, shown).await?.ok_or(AccountError::InvalidRefreshToken)?;
    let session = sessions::lock(conn, id)
        .await?
        .filter(|session| session.is_alive(now))
        .ok_or(AccountError::InvalidRefreshToken)?;
    if !refresh_tokens::use_up(conn, shown, now).await? {
        revoke_sessions::revoke(conn, session.user_id, &[id], now).await?;
        return Ok(Refreshed::Reused { session: id });
    }
    refresh_tokens::insert(conn, next, id, now).await?;
    sessions::prolong(conn, id, now, expires_at).await?;
    let user =
        users::find(conn, session.user_id).await?.ok_or(AccountError::InvalidRefreshToken)?;
    Ok(Refreshed::Prolonged { user, session: id })
}
