//! Changes of what lies in inboxes. Whoever calls these holds the inboxes.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{EventId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::notifications::dsl;

/// A notification that is new.
#[derive(Clone, Copy, Debug)]
pub struct New {
    /// In whose inbox.
    pub user_id: UserId,
    /// Where in it.
    pub seq: u64,
    /// Which notice.
    pub notice_id: EventId,
    /// Whether it came in quiet hours.
    pub held: bool,
}

/// Puts notifications into inboxes.
pub async fn insert(conn: &mut Conn, new: &[New], now: DateTime<Utc>) -> Result<(), DbError> {
    let rows: Vec<_> = new
        .iter()
        .map(|new| {
            (
                dsl::user_id.eq(new.user_id),
                dsl::seq.eq(new.seq),
                dsl::notice_id.eq(new.notice_id),
                dsl::held.eq(new.held),
                dsl::created_at.eq(now.naive_utc()),
            )
        })
        .collect();
    diesel::insert_into(dsl::notifications).values(rows).execute(conn).await?;
    Ok(())
}

/// Whether a notification was read; `None` if there is no such notification.
pub async fn state(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<Option<bool>, DbError> {
    let was_read = dsl::notifications.find((user_id, seq)).select(dsl::read_at.is_not_null());
    Ok(was_read.first(conn).await.optional()?)
}

/// Marks a notification as read.
pub async fn mark_read(
    conn: &mut Conn,
    user_id: UserId,
    seq: u64,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::notifications.find((user_id, seq)))
        .set(dsl::read_at.eq(now.naive_utc()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks everything up to `seq` as read; says how much was unread.
pub async fn mark_all_read(
    conn: &mut Conn,
    user_id: UserId,
    seq: u64,
    now: DateTime<Utc>,
) -> Result<usize, DbError> {
    let unread = dsl::notifications
        .filter(dsl::user_id.eq(user_id).and(dsl::seq.le(seq)).and(dsl::read_at.is_null()));
    Ok(diesel::update(unread).set(dsl::read_at.eq(now.naive_utc())).execute(conn).await?)
}

/// Takes a notification out of an inbox.
pub async fn delete(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<(), DbError> {
    diesel::delete(dsl::notifications.find((user_id, seq))).execute(conn).await?;
    Ok(())
}

/// The oldest notifications from before a moment, at most `limit`.
pub async fn old(
    conn: &mut Conn,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<(UserId, u64)>, DbError> {
    Ok(dsl::notifications
        .filter(dsl::created_at.lt(before.naive_utc()))
        .order(dsl::created_at)
        .limit(limit.into())
        .select((dsl::user_id, dsl::seq))
        .load(conn)
        .await?)
}

/// Takes everything up to `seq` out of an inbox; says how much of it was unread.
pub async fn delete_up_to(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<usize, DbError> {
    let mine = dsl::notifications.filter(dsl::user_id.eq(user_id).and(dsl::seq.le(seq)));
    let unread = diesel::delete(mine.filter(dsl::read_at.is_null())).execute(conn).await?;
    diesel::delete(mine).execute(conn).await?;
    Ok(unread)
}

/// Empties an inbox.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::notifications.filter(dsl::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}
