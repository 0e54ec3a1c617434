//! The table of notifications: which notice lies where in whose inbox.

mod write;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub use self::write::{
    New, delete, delete_up_to, erase, insert, mark_all_read, mark_read, old, state,
};
use super::notices::read as read_content;
use crate::domain::Content;
use crate::schema::{notices, notifications};

/// A notification as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it stands in the inbox.
    pub seq: u64,
    /// Whether it came in quiet hours and is for no stream.
    pub held: bool,
    /// What it says.
    pub content: Content,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notifications)]
struct Row {
    seq: u64,
    held: bool,
    read_at: Option<NaiveDateTime>,
}

/// What lies in an inbox after `seq`, at most `limit`, oldest first.
pub async fn after(
    conn: &mut Conn,
    user_id: UserId,
    seq: u64,
    limit: u32,
) -> Result<Vec<Stored>, DbError> {
    let rows: Vec<(Row, String)> = notifications::table
        .inner_join(notices::table.on(notices::id.eq(notifications::notice_id)))
        .filter(notifications::user_id.eq(user_id).and(notifications::seq.gt(seq)))
        .order(notifications::seq)
        .limit(limit.into())
        .select((Row::as_select(), notices::content))
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// What lies in an inbox before `seq`, at most `limit`, newest first; only what is unread if that
/// is asked for.
pub async fn before(
    conn: &mut Conn,
    user_id: UserId,
    seq: Option<u64>,
    only_unread: bool,
    limit: u32,
) -> Result<Vec<Stored>, DbError> {
    let mut query = notifications::table
        .inner_join(notices::table.on(notices::id.eq(notifications::notice_id)))
        .filter(notifications::user_id.eq(user_id))
        .into_boxed();
    if let Some(seq) = seq {
        query = query.filter(notifications::seq.lt(seq));
    }
    if only_unread {
        query = query.filter(notifications::read_at.is_null());
    }
    let rows: Vec<(Row, String)> = query
        .order(notifications::seq.desc())
        .limit(limit.into())
        .select((Row::as_select(), notices::content))
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read((row, content): (Row, String)) -> Result<Stored, DbError> {
    let read_at = row.read_at.map(|moment| moment.and_utc());
    Ok(Stored { seq: row.seq, held: row.held, content: read_content(content)?, read_at })
}
