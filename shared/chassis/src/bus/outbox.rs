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

/// What a look through the published rows has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Where the next look begins; `None` when there is nothing behind.
    pub next: Option<u64>,
    /// How many rows it deleted.
    pub forgotten: usize,
}

/// Deletes the published rows of these kinds that are about one of these subjects, among the next
/// `rows` rows from position `from` on.
///
/// Published rows are kept for some days (see [`Relay`](super::Relay)); what they say of somebody
/// who has left goes with them. There is no index on subjects, so a table is looked through in
/// several looks, each short.
pub async fn forget_about(
    conn: &mut Conn,
    kinds: &[&str],
    subjects: &[String],
    from: u64,
    rows: u64,
) -> Result<Looked, DbError> {
    let end = from.saturating_add(rows);
    let within = outbox::position.ge(from).and(outbox::position.lt(end));
    let said: Vec<(u64, String)> = outbox::table
        .filter(within)
        .filter(outbox::published_at.is_not_null())
        .filter(outbox::kind.eq_any(kinds))
        .select((outbox::position, outbox::payload))
        .load(conn)
        .await?;
    let about: Vec<u64> = said
        .into_iter()
        .filter(|(_, payload)| subject(payload).is_some_and(|of| subjects.contains(&of)))
        .map(|(position, _)| position)
        .collect();
    let forgotten = if about.is_empty() {
        0
    } else {
        let rows = outbox::table.filter(outbox::position.eq_any(about));
        diesel::delete(rows).execute(conn).await?
    };
    let next: Option<u64> = outbox::table
        .filter(outbox::position.ge(end))
        .select(min(outbox::position))
        .first(conn)
        .await?;
    Ok(Looked { next, forgotten })
}

fn subject(payload: &str) -> Option<String> {
    let event: Event<serde::de::IgnoredAny> = serde_json::from_str(payload).ok()?;
    Some(event.subject)
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
