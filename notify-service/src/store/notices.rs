//! The table of notices: what is said, once for all who are told.

use std::collections::HashMap;
use std::sync::Arc;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::EventId;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Datetime};
use diesel_async::RunQueryDsl;

use crate::domain::{Content, Notice};
use crate::schema::notices::dsl;

/// Writes a notice down.
pub async fn insert(conn: &mut Conn, id: EventId, content: &Content) -> Result<(), DbError> {
    let json = serde_json::to_string(content)
        .map_err(|e| DbError::Other(diesel::result::Error::SerializationError(Box::new(e))))?;
    diesel::insert_into(dsl::notices)
        .values((
            dsl::id.eq(id),
            dsl::content.eq(json),
            dsl::created_at.eq(content.created_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Some notices by their ids.
pub async fn find(
    conn: &mut Conn,
    ids: &[EventId],
) -> Result<HashMap<EventId, Arc<Notice>>, DbError> {
    let rows: Vec<(EventId, String)> =
        dsl::notices.filter(dsl::id.eq_any(ids)).select((dsl::id, dsl::content)).load(conn).await?;
    rows.into_iter()
        .map(|(id, content)| {
            let content = Arc::new(read(content)?);
            Ok((id, Arc::new(Notice { id, content })))
        })
        .collect()
}

/// Forgets notices from before a moment, at most `limit`; says how many.
pub async fn forget(conn: &mut Conn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    // The query builder knows no DELETE with a LIMIT.
    let sql = "DELETE FROM notices WHERE created_at < ? ORDER BY created_at LIMIT ?";
    Ok(diesel::sql_query(sql)
        .bind::<Datetime, _>(before.naive_utc())
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}

/// Reads what a notice says.
pub(super) fn read(content: String) -> Result<Content, DbError> {
    serde_json::from_str(&content).map_err(|_| DbError::Inconsistent {
        table: "notices",
        column: "content",
        value: content,
    })
}
