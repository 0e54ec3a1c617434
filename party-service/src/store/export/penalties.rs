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
}

type Row = (
    PenaltyId,
    PartyId,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    NaiveDateTime,
);

const COLUMNS: (
    dsl::id,
    dsl::party_id,
    dsl::reason,
    dsl::status,
    dsl::comment,
    dsl::appeal,
    dsl::decision_note,
    dsl::given_at,
) = (
    dsl::id,
    dsl::party_id,
    dsl::reason,
    dsl::status,
    dsl::comment,
    dsl::appeal,
    dsl::decision_note,
    dsl::given_at,
);

fn kept(
    (id, party_id, reason, status, comment, appeal, decision_note, given_at): Row,
) -> PenaltyKept {
    let given_at = given_at.and_utc();
    PenaltyKept { id, party_id, reason, status, comment, appeal, decision_note, given_at }
}

/// The penalties the person got.
pub async fn got(conn: &mut Conn, user: UserId) -> Result<Vec<PenaltyKept>, DbError> {
    let mine = dsl::penalties.filter(dsl::member_id.eq(user));
    let rows: Vec<Row> = mine.order(dsl::id).select(COLUMNS).load(conn).await?;
    Ok(rows.into_iter().map(kept).collect())
}

/// The penalties the person gave.
pub async fn given(conn: &mut Conn, user: UserId) -> Result<Vec<PenaltyKept>, DbError> {
    let mine = dsl::penalties.filter(dsl::given_by.eq(user));
    let rows: Vec<Row> = mine.order(dsl::id).select(COLUMNS).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| PenaltyKept { appeal: None, decision_note: None, ..kept(row) })
        .collect())
}
