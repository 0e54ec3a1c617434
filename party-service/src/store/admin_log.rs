//! What administrators did. Triggers keep rows from being changed or deleted; the account that a
//! service has may neither drop them nor empty the table in another way.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::admin_action::AdminAction;
use crate::schema::admin_log::dsl;

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Grows from entry to entry.
    pub position: u64,
    /// Who did it; nobody for what the operator did on the command line.
    pub admin_id: Option<UserId>,
    /// What was done.
    pub action: String,
    /// Whom or what it was done to.
    pub subject_id: Uuid,
    /// The particulars.
    pub detail: Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// Adds an entry, in the transaction that did what it says.
pub async fn append(
    conn: &mut Conn,
    admin: Option<UserId>,
    action: AdminAction,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::admin_log)
        .values((
            dsl::admin_id.eq(admin),
            dsl::action.eq(action.name()),
            dsl::subject_id.eq(UserId::from(action.subject())),
            dsl::detail.eq(action.detail().to_string()),
            dsl::created_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Up to `limit` entries, the newest first, before a position.
pub async fn list(conn: &mut Conn, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, DbError> {
    type Row = (u64, Option<UserId>, String, UserId, String, NaiveDateTime);
    let mut query = dsl::admin_log
        .select((
            dsl::position,
            dsl::admin_id,
            dsl::action,
            dsl::subject_id,
            dsl::detail,
            dsl::created_at,
        ))
        .order(dsl::position.desc())
        .limit(limit.into())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(dsl::position.lt(before));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter()
        .map(|(position, admin_id, action, subject_id, detail, at)| {
            let detail = serde_json::from_str(&detail).map_err(|_| DbError::Inconsistent {
                table: "admin_log",
                column: "detail",
                value: detail,
            })?;
            let (subject_id, at) = (subject_id.as_uuid(), at.and_utc());
            Ok(Entry { position, admin_id, action, subject_id, detail, at })
        })
        .collect()
}
