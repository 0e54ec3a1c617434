//! Parties that time has moved on and of which nobody has taken note yet.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::PartyId;
use contracts::party::PartyStatus;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::row::Row;
use crate::domain::party::{COMPLETED_WITHIN, Party, status_name};
use crate::schema::parties::dsl;

/// Up to `limit` whose deadline has passed, and as many that nobody has completed in time; those
/// that wait longest first.
pub async fn list(
    conn: &mut Conn,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<PartyId>, DbError> {
    let closed = dsl::parties
        .filter(dsl::status.eq(status_name(PartyStatus::Open)))
        .filter(dsl::join_deadline.le(now.naive_utc()))
        .order((dsl::join_deadline, dsl::id))
        .limit(limit.into())
        .select(dsl::id);
    let overdue = dsl::parties
        .filter(dsl::status.eq(status_name(PartyStatus::Locked)))
        .filter(dsl::ends_at.le((now - COMPLETED_WITHIN).naive_utc()))
        .order((dsl::ends_at, dsl::id))
        .limit(limit.into())
        .select(dsl::id);
    let mut due: Vec<PartyId> = closed.load(conn).await?;
    due.extend(overdue.load::<PartyId>(conn).await?);
    Ok(due)
}

/// The party, held until the end of the transaction; `None` if someone else holds it, who settles
/// it as well.
pub async fn lock(conn: &mut Conn, id: PartyId) -> Result<Option<Party>, DbError> {
    let row: Option<Row> = dsl::parties
        .find(id)
        .select(Row::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?;
    match row {
        Some(row) => super::with_people(conn, row, None).await.map(Some),
        None => Ok(None),
    }
}
