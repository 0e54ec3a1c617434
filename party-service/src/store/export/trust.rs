//! What somebody reported and whom they blocked, for an export.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{ReportId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schema::{admin_log, blocks, reports};

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
    /// What came of it.
    resolution: Option<String>,
    /// When that was decided.
    resolved_at: Option<DateTime<Utc>>,
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = reports)]
struct ReportRow {
    id: ReportId,
    kind: String,
    subject_id: UserId,
    message_seq: Option<u64>,
    reason: String,
    text: Option<String>,
    status: String,
    resolution: Option<String>,
    resolved_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
}

/// The reports by the person.
pub async fn reports(conn: &mut Conn, user: UserId) -> Result<Vec<ReportKept>, DbError> {
    let rows: Vec<ReportRow> = reports::table
        .filter(reports::reporter_id.eq(user))
        .order(reports::id)
        .select(ReportRow::as_select())
        .load(conn)
        .await?;
    let kept = |row: ReportRow| ReportKept {
        id: row.id,
        kind: row.kind,
        subject_id: row.subject_id.as_uuid(),
        message_seq: row.message_seq,
        reason: row.reason,
        text: row.text,
        status: row.status,
        resolution: row.resolution,
        resolved_at: row.resolved_at.map(|at| at.and_utc()),
        created_at: row.created_at.and_utc(),
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

/// Something an administrator or the operator did to the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionKept {
    /// What.
    action: String,
    /// When.
    created_at: DateTime<Utc>,
}

/// What was done to the person by those who run the platform, and when. Who did it is theirs.
pub async fn actions(conn: &mut Conn, user: UserId) -> Result<Vec<ActionKept>, DbError> {
    let rows: Vec<(String, NaiveDateTime)> = admin_log::table
        .filter(admin_log::subject_id.eq(user))
        .order(admin_log::position)
        .select((admin_log::action, admin_log::created_at))
        .load(conn)
        .await?;
    let kept =
        |(action, at): (String, NaiveDateTime)| ActionKept { action, created_at: at.and_utc() };
    Ok(rows.into_iter().map(kept).collect())
}
