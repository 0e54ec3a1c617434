//! Bans in the database.

pub mod list;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::ban::BanScope;
use contracts::{BanId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::ban::{Ban, BanReason, scope_from_name, scope_name};
use crate::schema::bans::dsl;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::bans)]
struct Row {
    id: BanId,
    user_id: UserId,
    scope: String,
    reason: String,
    given_by: UserId,
    created_at: NaiveDateTime,
    ends_at: Option<NaiveDateTime>,
    lifted_at: Option<NaiveDateTime>,
}

impl TryFrom<Row> for Ban {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let scope = scope_from_name(&row.scope).ok_or(DbError::Inconsistent {
            table: "bans",
            column: "scope",
            value: row.scope,
        })?;
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            scope,
            reason: BanReason::from_stored(row.reason),
            given_by: row.given_by,
            created_at: row.created_at.and_utc(),
            ends_at: row.ends_at.map(|at| at.and_utc()),
            lifted_at: row.lifted_at.map(|at| at.and_utc()),
        })
    }
}

/// Inserts a ban.
pub async fn insert(conn: &mut Conn, ban: &Ban) -> Result<(), DbError> {
    let row = Row {
        id: ban.id,
        user_id: ban.user_id,
        scope: scope_name(ban.scope).to_owned(),
        reason: ban.reason.as_str().to_owned(),
        given_by: ban.given_by,
        created_at: ban.created_at.naive_utc(),
        ends_at: ban.ends_at.map(|at| at.naive_utc()),
        lifted_at: ban.lifted_at.map(|at| at.naive_utc()),
    };
    diesel::insert_into(dsl::bans).values(row).execute(conn).await?;
    Ok(())
}

/// The ban, held until the end of the transaction.
pub async fn lock(conn: &mut Conn, id: BanId) -> Result<Option<Ban>, DbError> {
    let row: Option<Row> =
        dsl::bans.find(id).select(Row::as_select()).for_update().first(conn).await.optional()?;
    row.map(Ban::try_from).transpose()
}

/// The ban from one of these that keeps a person longest, if there is any. Whoever needs the
/// answer to stay true holds the person's row, as whoever bans does.
pub async fn keeping(
    conn: &mut Conn,
    user: UserId,
    scopes: &[BanScope],
    now: DateTime<Utc>,
) -> Result<Option<Ban>, DbError> {
    let rows: Vec<Row> = dsl::bans
        .filter(dsl::user_id.eq(user))
        .filter(dsl::lifted_at.is_null())
        .filter(dsl::ends_at.is_null().or(dsl::ends_at.gt(now.naive_utc())))
        .filter(dsl::scope.eq_any(scopes.iter().map(|scope| scope_name(*scope))))
        .select(Row::as_select())
        .load(conn)
        .await?;
    let bans = rows.into_iter().map(Ban::try_from).collect::<Result<Vec<_>, _>>()?;
    // What never ends lasts longest.
    Ok(bans.into_iter().max_by_key(|ban| ban.ends_at.unwrap_or(DateTime::<Utc>::MAX_UTC)))
}

/// Up to `limit` bans that go on and whose people are still in parties, those given first first;
/// those after one.
pub async fn unenforced(
    conn: &mut Conn,
    now: DateTime<Utc>,
    after: Option<BanId>,
    limit: i64,
) -> Result<Vec<Ban>, DbError> {
    let mut query = dsl::bans
        .filter(dsl::is_enforced.eq(false))
        .filter(dsl::lifted_at.is_null())
        .filter(dsl::ends_at.is_null().or(dsl::ends_at.gt(now.naive_utc())))
        .order(dsl::id)
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(dsl::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter().map(Ban::try_from).collect()
}

/// Notes that nobody has to be taken out of parties any more.
pub async fn note_enforced(conn: &mut Conn, id: BanId) -> Result<(), DbError> {
    let note = dsl::is_enforced.eq(true);
    diesel::update(dsl::bans.find(id)).set(note).execute(conn).await?;
    Ok(())
}

/// Ends a ban before its time.
pub async fn lift(
    conn: &mut Conn,
    id: BanId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::bans.find(id))
        .set((dsl::lifted_by.eq(admin), dsl::lifted_at.eq(now.naive_utc())))
        .execute(conn)
        .await?;
    Ok(())
}

/// Erases why somebody was banned. Few: one person is banned now and then.
pub async fn erase_reasons_of(conn: &mut Conn, user: UserId) -> Result<(), DbError> {
    let of_them = dsl::bans.filter(dsl::user_id.eq(user));
    diesel::update(of_them).set(dsl::reason.eq("")).execute(conn).await?;
    Ok(())
}
