//! All that this service holds about one person, as it is kept.

pub mod parties;
pub mod penalties;
pub mod trust;

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{BanId, SessionId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::{bans, refresh_tokens as tokens, sessions};

/// A sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionKept {
    /// Which.
    id: SessionId,
    /// From where: an IPv4 address or an IPv6 network.
    origin: String,
    /// With what, as the client called itself.
    user_agent: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When it last got new tokens.
    last_used_at: DateTime<Utc>,
    /// When it ends, or ended, unless it got new tokens.
    expires_at: DateTime<Utc>,
    /// When it was ended early.
    revoked_at: Option<DateTime<Utc>>,
    /// When it got refresh tokens, and when they were used.
    refresh_tokens: Vec<TokenKept>,
}

/// A refresh token, of which only a hash is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenKept {
    /// Since when.
    issued_at: DateTime<Utc>,
    /// When it was used.
    used_at: Option<DateTime<Utc>>,
}

/// A ban.
#[derive(Debug, Serialize, ToSchema)]
pub struct BanKept {
    /// Which.
    id: BanId,
    /// From what.
    scope: String,
    /// Why.
    reason: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// Until when; for ever if it does not say.
    ends_at: Option<DateTime<Utc>>,
    /// When it was lifted.
    lifted_at: Option<DateTime<Utc>>,
}

/// The sign-ins that are remembered, also those that are over.
pub async fn sessions(conn: &mut Conn, user: UserId) -> Result<Vec<SessionKept>, DbError> {
    type Row = (
        SessionId,
        String,
        String,
        NaiveDateTime,
        NaiveDateTime,
        NaiveDateTime,
        Option<NaiveDateTime>,
    );
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user))
        .order(sessions::id)
        .select((
            sessions::id,
            sessions::origin,
            sessions::user_agent,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
            sessions::revoked_at,
        ))
        .load(conn)
        .await?;
    let mut tokens = refresh_tokens(conn, user).await?;
    let kept = |(id, origin, user_agent, created_at, last_used_at, expires_at, revoked_at): Row| {
        SessionKept {
            id,
            origin,
            user_agent,
            created_at: created_at.and_utc(),
            last_used_at: last_used_at.and_utc(),
            expires_at: expires_at.and_utc(),
            revoked_at: revoked_at.map(|at| at.and_utc()),
            refresh_tokens: tokens.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// The refresh tokens of each session, the oldest first.
async fn refresh_tokens(
    conn: &mut Conn,
    user: UserId,
) -> Result<HashMap<SessionId, Vec<TokenKept>>, DbError> {
    let rows: Vec<(SessionId, NaiveDateTime, Option<NaiveDateTime>)> = tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(tokens::session_id)))
        .filter(sessions::user_id.eq(user))
        .order(tokens::issued_at)
        .select((tokens::session_id, tokens::issued_at, tokens::used_at))
        .load(conn)
        .await?;
    let mut of: HashMap<SessionId, Vec<TokenKept>> = HashMap::new();
    for (session, issued, used) in rows {
        let token = TokenKept { issued_at: issued.and_utc(), used_at: used.map(|at| at.and_utc()) };
        of.entry(session).or_default().push(token);
    }
    Ok(of)
}

/// The bans of the person, also those that are over. Who gave them is the administrator's business.
pub async fn bans(conn: &mut Conn, user: UserId) -> Result<Vec<BanKept>, DbError> {
    type Row = (BanId, String, String, NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>);
    let rows: Vec<Row> = bans::table
        .filter(bans::user_id.eq(user))
        .order(bans::id)
        .select((
            bans::id,
            bans::scope,
            bans::reason,
            bans::created_at,
            bans::ends_at,
            bans::lifted_at,
        ))
        .load(conn)
        .await?;
    let kept = |(id, scope, reason, created_at, ends_at, lifted_at): Row| BanKept {
        id,
        scope,
        reason,
        created_at: created_at.and_utc(),
        ends_at: ends_at.map(|at| at.and_utc()),
        lifted_at: lifted_at.map(|at| at.and_utc()),
    };
    Ok(rows.into_iter().map(kept).collect())
}
