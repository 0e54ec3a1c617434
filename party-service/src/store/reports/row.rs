//! A row of the table, and what it says in the terms of the domain.

use chassis::db::DbError;
use chrono::NaiveDateTime;
use contracts::{ReportId, UserId};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::report::{
    Reference, Report, Resolved, Said, reason_from_name, reason_name, resolution_from_name,
    resolution_name,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::reports)]
pub(super) struct Row {
    id: ReportId,
    reporter_id: UserId,
    kind: String,
    /// The id of what it is about, whatever that is: the type only says how it is stored.
    subject_id: UserId,
    message_seq: Option<u64>,
    reason: String,
    text: Option<String>,
    resolution: Option<String>,
    note: Option<String>,
    resolved_by: Option<UserId>,
    resolved_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    said_by: Option<UserId>,
    said: Option<String>,
    said_at: Option<NaiveDateTime>,
}

fn inconsistent(column: &'static str, value: impl Into<String>) -> DbError {
    DbError::Inconsistent { table: "reports", column, value: value.into() }
}

fn columns(reference: Reference) -> (&'static str, Uuid, Option<u64>) {
    match reference {
        Reference::User { user_id } => ("user", user_id.as_uuid(), None),
        Reference::Party { party_id } => ("party", party_id.as_uuid(), None),
        Reference::Message { room_id, seq } => ("message", room_id.as_uuid(), Some(seq)),
    }
}

fn reference(kind: &str, id: Uuid, seq: Option<u64>) -> Option<Reference> {
    match (kind, seq) {
        ("user", None) => Some(Reference::User { user_id: id.into() }),
        ("party", None) => Some(Reference::Party { party_id: id.into() }),
        ("message", Some(seq)) => Some(Reference::Message { room_id: id.into(), seq }),
        _ => None,
    }
}

impl From<&Report> for Row {
    fn from(report: &Report) -> Self {
        let (kind, subject_id, message_seq) = columns(report.reference);
        let (resolved, said) = (report.resolved.as_ref(), report.said.as_ref());
        Self {
            id: report.id,
            reporter_id: report.reporter_id,
            kind: kind.to_owned(),
            subject_id: subject_id.into(),
            message_seq,
            reason: reason_name(report.reason).to_owned(),
            text: report.text.clone(),
            resolution: resolved.map(|it| resolution_name(it.resolution).to_owned()),
            note: resolved.and_then(|it| it.note.clone()),
            resolved_by: resolved.map(|it| it.by),
            resolved_at: resolved.map(|it| it.at.naive_utc()),
            created_at: report.created_at.naive_utc(),
            said_by: said.map(|said| said.by),
            said: said.and_then(|said| said.content.clone()),
            said_at: said.map(|said| said.at.naive_utc()),
        }
    }
}

impl TryFrom<Row> for Report {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let resolved = match (row.resolution, row.resolved_by, row.resolved_at) {
            (Some(name), Some(by), Some(at)) => {
                let resolution =
                    resolution_from_name(&name).ok_or_else(|| inconsistent("resolution", name))?;
                Some(Resolved { resolution, note: row.note, by, at: at.and_utc() })
            }
            _ => None,
        };
        let said = row.said_by.zip(row.said_at);
        let said = said.map(|(by, at)| Said { by, content: row.said, at: at.and_utc() });
        Ok(Self {
            id: row.id,
            reporter_id: row.reporter_id,
            reference: reference(&row.kind, row.subject_id.as_uuid(), row.message_seq)
                .ok_or_else(|| inconsistent("kind, message_seq", row.kind))?,
            reason: reason_from_name(&row.reason)
                .ok_or_else(|| inconsistent("reason", row.reason))?,
            text: row.text,
            said,
            created_at: row.created_at.and_utc(),
            resolved,
        })
    }
}
