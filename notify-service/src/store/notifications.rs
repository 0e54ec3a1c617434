//! The table of notifications: which notice lies where in whose inbox.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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

fn read((row, content): (Row, String)) -> Result<Stored, DbError> {
    let content = serde_json::from_str(&content).map_err(|_| DbError::Inconsistent {
        table: "notices",
        column: "content",
        value: content,
    })?;
    let read_at = row.read_at.map(|moment| moment.and_utc());
    Ok(Stored { seq: row.seq, held: row.held, content, read_at })
}
