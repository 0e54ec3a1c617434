//! The penalties somebody got or gave, for an export.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{PartyId, PenaltyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::penalties::dsl;

/// A penalty, with the words that are the person's own or about the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PenaltyKept {
    /// Which.
    id: PenaltyId,
    /// In which party.
    party_id: PartyId,
    /// Why.
    reason: String,
    /// What became of it.
    status: String,
    /// What the leader says.
    comment: Option<String>,
    /// What the member says against it; not told to who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<String>,
    /// What the administrator says who decided; not told to who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_note: Option<String>,
    /// When it was given.
    given_at: DateTime<Utc>,
    /// When there was an appeal.
    appealed_at: Option<DateTime<Utc>>,
    /// When that was decided.
    decided_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::penalties)]
struct Row {
    id: PenaltyId,
    party_id: PartyId,
    reason: String,
    status: String,
    comment: Option<String>,
    appeal: Option<String>,
    given_at: NaiveDateTime,
    appealed_at: Option<NaiveDateTime>,
    decided_at: Option<NaiveDateTime>,
    decision_note: Option<String>,
}

fn kept(row: Row) -> PenaltyKept {
    PenaltyKept {
        id: row.id,
        party_id: row.party_id,
        reason: row.reason,
        status: row.status,
        comment: row.comment,
        appeal: row.appeal,
        given_at: row.given_at.and_utc(),
        appealed_at: row.appealed_at.map(|at| at.and_utc()),
        decided_at: row.decided_at.map(|at| at.and_utc()),
        decision_note: row.decision_note,
    }
}

/// The penalties the person got.
pub async fn got(conn: &mut Conn, user: UserId) -> Result<Vec<PenaltyKept>, DbError> {
    let mine = dsl::penalties.filter(dsl::member_id.eq(user));
    let rows: Vec<Row> = mine.order(dsl::id).select(Row::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(kept).collect())
}

/// The penalties the person gave.
pub async fn given(conn: &mut Conn, user: UserId) -> Result<Vec<PenaltyKept>, DbError> {
    let mine = dsl::penalties.filter(dsl::given_by.eq(user));
    let rows: Vec<Row> = mine.order(dsl::id).select(Row::as_select()).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| PenaltyKept { appeal: None, decision_note: None, ..kept(row) })
        .collect())
}
