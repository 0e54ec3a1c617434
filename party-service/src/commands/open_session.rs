//! Someone has shown the right password: a session begins.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};

use super::check_standing::check_bans;
use super::count_attempt::{Attempt, forgive};
use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::ban::Deed;
use crate::domain::password::PasswordHash;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::store::{refresh_tokens, sessions, users};
use crate::tokens::RefreshTokenHash;

/// The most sessions of one person; the next one ends that which was used the longest ago.
const MAX_SESSIONS: usize = 20;

/// What a sign-in comes with.
#[derive(Clone)]
pub struct SignIn {
    /// Who.
    pub user_id: UserId,
    /// The hash that the password was right for.
    pub verified: PasswordHash,
    /// A better hash of the same password, if that one is outdated.
    pub rehashed: Option<PasswordHash>,
    /// Where the attempt was counted.
    pub attempt: Attempt,
    /// From where, as it is shown to the person.
    pub origin: String,
    /// With what, as the client calls itself.
    pub user_agent: String,
    /// The first refresh token.
    pub refresh_token: RefreshTokenHash,
    /// When that token expires.
    pub expires_at: DateTime<Utc>,
}

/// A session that began, and those that ended to make room for it.
pub struct Opened {
    /// Who signed in.
    pub user: User,
    /// The new session.
    pub session: SessionId,
    /// The sessions that ended, to be announced after the commit.
    pub ended: Vec<SessionId>,
}

/// Begins a session, unless the password was changed since it was checked, or the person is banned
/// from everything.
pub async fn open_session(
    conn: &mut Conn,
    sign_in: &SignIn,
    now: DateTime<Utc>,
) -> Result<Opened, Error> {
    let (user, _) = users::lock(conn, sign_in.user_id)
        .await?
        .filter(|(_, hash)| *hash == sign_in.verified)
        .ok_or(AccountError::WrongCredentials)?;
    check_bans(conn, user.id, Deed::SignIn, now).await?;
    if let Some(rehashed) = &sign_in.rehashed {
        users::set_password(conn, user.id, rehashed, now).await?;
    }
    forgive(conn, &sign_in.attempt, now).await?;

    let mut ended = sessions::lock_all(conn, user.id).await?;
    let ended = ended.split_off(ended.len().min(MAX_SESSIONS - 1));
    revoke_sessions::revoke(conn, user.id, &ended, now).await?;
    let session = Session {
        id: SessionId::new(),
        user_id: user.id,
        origin: sign_in.origin.clone(),
        user_agent: sign_in.user_agent.clone(),
        created_at: now,
        last_used_at: now,
        expires_at: sign_in.expires_at,
        revoked_at: None,
    };
    sessions::insert(conn, &session).await?;
    refresh_tokens::insert(conn, &sign_in.refresh_token, session.id, now).await?;
    Ok(Opened { user, session: session.id, ended })
}
