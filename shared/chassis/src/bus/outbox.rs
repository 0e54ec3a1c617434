//! The outbox: an event is a row of the transaction that made it true.
//!
//! Every service that publishes has the table; see the migration `create_outbox` of
//! party-service. Rows leave in the order of `position`.

use chrono::{DateTime, Utc};
use contracts::event::{Event, EventData};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::schema::outbox;
use crate::db::{Conn, DbError};
use crate::http::trace;

/// Appends an event to the outbox of the transaction that `conn` is in.
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
    Ok(())
}
