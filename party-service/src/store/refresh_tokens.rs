//! Refresh tokens in the database: their hashes, each good once.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::SessionId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::refresh_tokens::dsl;
use crate::tokens::RefreshTokenHash;

/// Inserts a token that was issued now.
pub async fn insert(
    conn: &mut Conn,
    hash: &RefreshTokenHash,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::refresh_tokens)
        .values((
            dsl::token_hash.eq(hash.as_bytes()),
            dsl::session_id.eq(session),
            dsl::issued_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session that a token belongs to, whether used or not.
pub async fn session_of(
    conn: &mut Conn,
    hash: &RefreshTokenHash,
) -> Result<Option<SessionId>, DbError> {
    let token = dsl::refresh_tokens.find(hash.as_bytes());
    Ok(token.select(dsl::session_id).first(conn).await.optional()?)
}

/// Uses a token up; says whether it was still good. Of two at once only one gets a yes.
pub async fn use_up(
    conn: &mut Conn,
    hash: &RefreshTokenHash,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let unused = dsl::refresh_tokens
        .filter(dsl::token_hash.eq(hash.as_bytes()))
        .filter(dsl::used_at.is_null());
    let used = diesel::update(unused).set(dsl::used_at.eq(now.naive_utc())).execute(conn).await?;
    Ok(used == 1)
}
