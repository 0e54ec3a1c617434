//! The table of blocks: who does not want to hear of whom, as the party-service last said.

use std::collections::HashSet;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Datetime};
use diesel_async::RunQueryDsl;

use crate::schema::blocks::{self, dsl};

/// Writes down that somebody has blocked somebody, or does so no longer, unless something newer is
/// known.
pub async fn store(
    conn: &mut Conn,
    (who, whom): (UserId, UserId),
    is_over: bool,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    // Values are assigned from left to right: the time last, for the other is decided by it.
    let sql = "INSERT INTO blocks (blocker_id, blocked_id, is_over, changed_at) \
               VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE \
               is_over = IF(VALUES(changed_at) >= changed_at, VALUES(is_over), is_over), \
               changed_at = GREATEST(VALUES(changed_at), changed_at)";
    diesel::sql_query(sql)
        .bind::<Binary, _>(who)
        .bind::<Binary, _>(whom)
        .bind::<Bool, _>(is_over)
        .bind::<Datetime, _>(at.naive_utc())
        .execute(conn)
        .await?;
    Ok(())
}

/// Those who have blocked a person, and those whom the person has blocked.
pub async fn around(conn: &mut Conn, user: UserId) -> Result<HashSet<UserId>, DbError> {
    let by_them = blocks::table.filter(dsl::blocker_id.eq(user)).filter(dsl::is_over.eq(false));
    let by_others = blocks::table.filter(dsl::blocked_id.eq(user)).filter(dsl::is_over.eq(false));
    let all = by_them.select(dsl::blocked_id).union_all(by_others.select(dsl::blocker_id));
    let ids: Vec<UserId> = all.load(conn).await?;
    Ok(ids.into_iter().collect())
}

/// Forgets the blocks by and of a person.
pub async fn erase(conn: &mut Conn, user: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::blocks.filter(dsl::blocker_id.eq(user))).execute(conn).await?;
    diesel::delete(dsl::blocks.filter(dsl::blocked_id.eq(user))).execute(conn).await?;
    Ok(())
}
