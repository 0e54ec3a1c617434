//! The outbox: an event is a row of the transaction that made it true.
//!
//! Every service that publishes has the table; see the migration `create_outbox` of
//! party-service. Rows leave in the order of `position`, taken out by the [`Relay`](super::Relay).

use chrono::{DateTime, Utc};
use contracts::EventId;
use contracts::event::{Event, EventData};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Datetime};
use diesel_async::RunQueryDsl;

use crate::db::schema::outbox;
use crate::db::{Conn, DbError, transaction};
use crate::http::trace;

/// Appends an event to the outbox of the transaction that `conn` is in.
///
/// Append after locking what the event is about. Then the events of one subject have positions in
/// the order of their commits, which is what the relay's order rests on.
pub async fn append<T: EventData>(
    conn: &mut Conn,
    source: &'static str,
    now: DateTime<Utc>,
    data: T,
) -> Result<(), DbError> {
    let event = Event::new(source, now, trace::current_traceparent(), data);
    let payload = serde_json::to_string(&event)
        .map_err(|e| DbError::Other(diesel::result::Error::SerializationError(Box::new(e))))?;
    diesel::insert_into(outbox::table)
        .values((
            outbox::event_id.eq(event.id),
            outbox::kind.eq(event.kind.as_ref()),
            outbox::payload.eq(payload),
            outbox::created_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    transaction::note_appended();
    Ok(())
}

/// A row that is still to be published.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub(super) struct Row {
    pub(super) position: u64,
    pub(super) event_id: EventId,
    pub(super) kind: String,
    pub(super) payload: String,
    pub(super) created_at: chrono::NaiveDateTime,
}

/// The oldest rows that are still to be published, at most `limit`.
pub(super) async fn unpublished(conn: &mut Conn, limit: i64) -> Result<Vec<Row>, DbError> {
    let rows = outbox::table
        .filter(outbox::published_at.is_null())
        .order(outbox::position)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
        .await?;
    Ok(rows)
}

/// Marks rows whose messages the broker has confirmed.
pub(super) async fn mark_published(
    conn: &mut Conn,
    positions: &[u64],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if positions.is_empty() {
        return Ok(());
    }
    diesel::update(outbox::table.filter(outbox::position.eq_any(positions)))
        .set(outbox::published_at.eq(now.naive_utc()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes rows that were published before `before`, at most `limit`; says how many.
pub(super) async fn forget_published(
    conn: &mut Conn,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    // The query builder knows no DELETE with a LIMIT.
    let sql = "DELETE FROM outbox WHERE published_at < ? ORDER BY published_at LIMIT ?";
    Ok(diesel::sql_query(sql)
        .bind::<Datetime, _>(before.naive_utc())
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}

/// How many rows wait, and since when the oldest does.
pub(super) async fn backlog(conn: &mut Conn) -> Result<(i64, Option<DateTime<Utc>>), DbError> {
    let (waiting, oldest): (i64, Option<chrono::NaiveDateTime>) = outbox::table
        .filter(outbox::published_at.is_null())
        .select((count_star(), min(outbox::created_at)))
        .first(conn)
        .await?;
    Ok((waiting, oldest.map(|oldest| oldest.and_utc())))
}
