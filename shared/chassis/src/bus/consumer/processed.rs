//! Which events a consumer has acted on.
//!
//! Every service with a consumer has the table:
//!
//! ```sql
//! CREATE TABLE processed_events (
//!     event_id BINARY(16) NOT NULL,
//!     consumer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
//!     processed_at DATETIME(6) NOT NULL,
//!     PRIMARY KEY (event_id, consumer),
//!     KEY ix_processed_events_processed_at (processed_at)
//! ) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
//! ```

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::EventId;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Datetime, Text};
use diesel_async::RunQueryDsl;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::db::schema::processed_events::{self, dsl};
use crate::db::{Conn, Db, DbError};

/// How long ids are kept. A copy that comes later still (a broker restored from a backup) is old
/// news to the version check of its consumer.
const KEPT: TimeDelta = TimeDelta::days(30);
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// Few at once: deleting must not hold up inserting.
const SWEEP_BATCH: i64 = 500;

/// Claims an event for the transaction; `false` if it was acted on before. A transaction that is
/// acting on it at this moment is waited for.
pub(super) async fn claim(
    conn: &mut Conn,
    event_id: EventId,
    consumer: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let inserted = diesel::insert_into(processed_events::table)
        .values((
            dsl::event_id.eq(event_id),
            dsl::consumer.eq(consumer),
            dsl::processed_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await
        .map_err(DbError::from);
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if error.is_duplicate_of("PRIMARY") => Ok(false),
        Err(error) => Err(error),
    }
}

/// Forgets what is too old to come again.
pub(super) async fn keep_sweeping(
    db: &Db,
    clock: &Clock,
    consumer: &str,
    stopping: &CancellationToken,
) {
    while !stopping.is_cancelled() {
        if let Err(error) = sweep(db, clock.now() - KEPT, consumer).await {
            tracing::warn!(%error, "old ids of events were not forgotten");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}

async fn sweep(db: &Db, before: DateTime<Utc>, consumer: &str) -> Result<(), DbError> {
    let mut conn = db.conn().await?;
    loop {
        // The query builder knows no DELETE with a LIMIT.
        let swept = diesel::sql_query(
            "DELETE FROM processed_events WHERE processed_at < ? AND consumer = ? \
             ORDER BY processed_at LIMIT ?",
        )
        .bind::<Datetime, _>(before.naive_utc())
        .bind::<Text, _>(consumer)
        .bind::<BigInt, _>(SWEEP_BATCH)
        .execute(&mut *conn)
        .await?;
        if i64::try_from(swept).is_ok_and(|swept| swept < SWEEP_BATCH) {
            return Ok(());
        }
    }
}
