//! Who does not want to see whom.

use std::collections::HashSet;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::names::{NAME_COLUMNS, NameColumns, name};
use crate::domain::name::Name;
use crate::schema::blocks::dsl;
use crate::schema::{blocks, users};

/// Somebody who is blocked.
#[derive(Clone, Debug)]
pub struct Blocked {
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub name: Name,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Blocks somebody; who is blocked stays so.
pub async fn insert(
    conn: &mut Conn,
    who: UserId,
    whom: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_or_ignore_into(dsl::blocks)
        .values((
            dsl::blocker_id.eq(who),
            dsl::blocked_id.eq(whom),
            dsl::created_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets somebody be seen again; says whether they were blocked.
pub async fn delete(conn: &mut Conn, who: UserId, whom: UserId) -> Result<bool, DbError> {
    Ok(diesel::delete(dsl::blocks.find((who, whom))).execute(conn).await? > 0)
}

/// Whether somebody has blocked this person.
pub async fn is_blocked(conn: &mut Conn, who: UserId, whom: UserId) -> Result<bool, DbError> {
    let found = diesel::dsl::exists(dsl::blocks.find((who, whom)));
    Ok(diesel::select(found).get_result(conn).await?)
}

/// How many people somebody has blocked.
pub async fn count(conn: &mut Conn, who: UserId) -> Result<usize, DbError> {
    let count: i64 = dsl::blocks.filter(dsl::blocker_id.eq(who)).count().get_result(conn).await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Up to `limit` of the people somebody has blocked, in the order of their ids, after one.
pub async fn list(
    conn: &mut Conn,
    who: UserId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<Blocked>, DbError> {
    let mut query = blocks::table
        .inner_join(users::table.on(users::id.eq(blocks::blocked_id)))
        .filter(blocks::blocker_id.eq(who))
        .select((blocks::blocked_id, NAME_COLUMNS, blocks::created_at))
        .order(blocks::blocked_id)
        .limit(limit.into())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(blocks::blocked_id.gt(after));
    }
    let rows: Vec<(UserId, NameColumns, NaiveDateTime)> = query.load(conn).await?;
    let blocked = |(user_id, columns, at): (UserId, NameColumns, NaiveDateTime)| Blocked {
        user_id,
        name: name(columns),
        at: at.and_utc(),
    };
    Ok(rows.into_iter().map(blocked).collect())
}

/// Whether either of the two has blocked the other.
pub async fn between(conn: &mut Conn, one: UserId, other: UserId) -> Result<bool, DbError> {
    Ok(among(conn, one, &[other]).await?.contains(&other))
}

/// Those of `others` whom this person has blocked, or who have blocked this person.
pub async fn among(
    conn: &mut Conn,
    one: UserId,
    others: &[UserId],
) -> Result<HashSet<UserId>, DbError> {
    if others.is_empty() {
        return Ok(HashSet::new());
    }
    let by_one = blocks::table
        .filter(blocks::blocker_id.eq(one))
        .filter(blocks::blocked_id.eq_any(others))
        .select(blocks::blocked_id);
    let by_others = blocks::table
        .filter(blocks::blocked_id.eq(one))
        .filter(blocks::blocker_id.eq_any(others))
        .select(blocks::blocker_id);
    let ids: Vec<UserId> = by_one.union_all(by_others).load(conn).await?;
    Ok(ids.into_iter().collect())
}

/// Forgets some of the blocks by and of a person; says how many.
pub async fn forget_of(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    let rows: Vec<(UserId, UserId)> = dsl::blocks
        .filter(dsl::blocker_id.eq(user).or(dsl::blocked_id.eq(user)))
        .select((dsl::blocker_id, dsl::blocked_id))
        .limit(limit)
        .load(conn)
        .await?;
    for pair in &rows {
        diesel::delete(dsl::blocks.find(*pair)).execute(conn).await?;
    }
    Ok(rows.len())
}
