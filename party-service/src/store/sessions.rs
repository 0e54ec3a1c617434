//! Sessions in the database.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{SessionId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::email::Email;
use crate::domain::origin::Origin;
use crate::domain::session::Session;
use crate::schema::sessions::dsl;
use crate::schema::users;

/// How many rows one sweep deletes: a long transaction would hold up others.
const SWEEP_ROWS: i64 = 1000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::sessions)]
struct Row {
    id: SessionId,
    user_id: UserId,
    origin: String,
    user_agent: String,
    created_at: NaiveDateTime,
    last_used_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            origin: row.origin,
            user_agent: row.user_agent,
            created_at: row.created_at.and_utc(),
            last_used_at: row.last_used_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
        }
    }
}

/// Inserts a session.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<(), DbError> {
    diesel::insert_into(dsl::sessions)
        .values((
            dsl::id.eq(session.id),
            dsl::user_id.eq(session.user_id),
            dsl::origin.eq(&session.origin),
            dsl::user_agent.eq(&session.user_agent),
            dsl::created_at.eq(session.created_at.naive_utc()),
            dsl::last_used_at.eq(session.last_used_at.naive_utc()),
            dsl::expires_at.eq(session.expires_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session, held until the end of the transaction.
pub async fn lock(conn: &mut Conn, id: SessionId) -> Result<Option<Session>, DbError> {
    let row = dsl::sessions
        .find(id)
        .select(Row::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Session::from))
}

/// One page of the sessions of a person that are not over, the newest first, after `before`; one
/// more than `limit` if there are more.
pub async fn list(
    conn: &mut Conn,
    user: UserId,
    before: Option<SessionId>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, DbError> {
    let mut query = dsl::sessions
        .filter(dsl::user_id.eq(user))
        .filter(dsl::revoked_at.is_null())
        .filter(dsl::expires_at.gt(now.naive_utc()))
        .order(dsl::id.desc())
        .limit(i64::from(limit) + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    Ok(query.load(conn).await?.into_iter().map(Session::from).collect())
}

/// The sessions of a person that were not revoked, the one used last first, held until the end of
/// the transaction.
pub async fn lock_all(conn: &mut Conn, user: UserId) -> Result<Vec<SessionId>, DbError> {
    Ok(dsl::sessions
        .filter(dsl::user_id.eq(user))
        .filter(dsl::revoked_at.is_null())
        .order((dsl::last_used_at.desc(), dsl::id.desc()))
        .select(dsl::id)
        .for_update()
        .load(conn)
        .await?)
}

/// Ends sessions early.
pub async fn revoke(conn: &mut Conn, ids: &[SessionId], now: DateTime<Utc>) -> Result<(), DbError> {
    let alive = dsl::sessions.filter(dsl::id.eq_any(ids)).filter(dsl::revoked_at.is_null());
    diesel::update(alive).set(dsl::revoked_at.eq(now.naive_utc())).execute(conn).await?;
    Ok(())
}

/// Notes that a session got new tokens.
pub async fn prolong(
    conn: &mut Conn,
    id: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::sessions.find(id))
        .set((dsl::last_used_at.eq(now.naive_utc()), dsl::expires_at.eq(expires_at.naive_utc())))
        .execute(conn)
        .await?;
    Ok(())
}

/// The sessions revoked after `since`, with the moment each was.
pub async fn revoked_since(
    conn: &mut Conn,
    since: DateTime<Utc>,
) -> Result<Vec<(SessionId, DateTime<Utc>)>, DbError> {
    let rows: Vec<(SessionId, NaiveDateTime)> = dsl::sessions
        .filter(dsl::revoked_at.gt(since.naive_utc()))
        .select((dsl::id, dsl::revoked_at.assume_not_null()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.and_utc())).collect())
}

/// Whether the person with this address has signed in from there before.
pub async fn has_been_there(
    conn: &mut Conn,
    email: &Email,
    origin: Origin,
) -> Result<bool, DbError> {
    let seen = dsl::sessions
        .inner_join(users::table.on(users::id.eq(dsl::user_id)))
        .filter(users::email.eq(email.as_str()))
        .filter(dsl::origin.eq(origin.to_string()));
    Ok(diesel::select(diesel::dsl::exists(seen)).get_result(conn).await?)
}

/// Deletes some sessions that ended before `before`, and their refresh tokens; says how many.
pub async fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, DbError> {
    let ended: Vec<SessionId> = dsl::sessions
        .filter(dsl::expires_at.lt(before.naive_utc()))
        .select(dsl::id)
        .limit(SWEEP_ROWS)
        .load(conn)
        .await?;
    Ok(diesel::delete(dsl::sessions.filter(dsl::id.eq_any(ended))).execute(conn).await?)
}
