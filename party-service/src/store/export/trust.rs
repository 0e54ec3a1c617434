//! What somebody reported and whom they blocked, for an export.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{ReportId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schema::{blocks, reports};

/// A report by the person. What others reported about the person is theirs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportKept {
    /// Which.
    id: ReportId,
    /// What it is about: `user`, `party` or `message`.
    kind: String,
    /// Which user, party or room.
    subject_id: Uuid,
    /// Which message of the room.
    message_seq: Option<u64>,
    /// What is wrong with it.
    reason: String,
    /// In the words of the person.
    text: Option<String>,
    /// Whether it is open or resolved.
    status: String,
    /// When.
    created_at: DateTime<Utc>,
}

/// Somebody the person has blocked.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockKept {
    /// Whom.
    user_id: UserId,
    /// Since when.
    created_at: DateTime<Utc>,
}

/// The reports by the person.
pub async fn reports(conn: &mut Conn, user: UserId) -> Result<Vec<ReportKept>, DbError> {
    type Row =
        (ReportId, String, UserId, Option<u64>, String, Option<String>, String, NaiveDateTime);
    let rows: Vec<Row> = reports::table
        .filter(reports::reporter_id.eq(user))
        .order(reports::id)
        .select((
            reports::id,
            reports::kind,
            reports::subject_id,
            reports::message_seq,
            reports::reason,
            reports::text,
            reports::status,
            reports::created_at,
        ))
        .load(conn)
        .await?;
    let kept = |(id, kind, subject, message_seq, reason, text, status, created): Row| ReportKept {
        id,
        kind,
        subject_id: subject.as_uuid(),
        message_seq,
        reason,
        text,
        status,
        created_at: created.and_utc(),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// The people the person has blocked. By whom the person is blocked is not told.
pub async fn blocks(conn: &mut Conn, user: UserId) -> Result<Vec<BlockKept>, DbError> {
    let rows: Vec<(UserId, NaiveDateTime)> = blocks::table
        .filter(blocks::blocker_id.eq(user))
        .order(blocks::blocked_id)
        .select((blocks::blocked_id, blocks::created_at))
        .load(conn)
        .await?;
    let kept =
        |(user_id, at): (UserId, NaiveDateTime)| BlockKept { user_id, created_at: at.and_utc() };
    Ok(rows.into_iter().map(kept).collect())
}
