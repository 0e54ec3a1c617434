//! What operators see of an outbox.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::bus::outbox::{self, Row};
use crate::clock::Clock;
use crate::db::{Db, DbError};

const EVERY: Duration = Duration::from_secs(5);

/// Reports how much waits and for how long. Every instance does, also while nobody leads: that is
/// when it is interesting.
pub(super) async fn keep_measuring(db: &Db, clock: &Clock, stopping: &CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = measure(db, clock).await {
            tracing::debug!(%error, "the outbox could not be measured");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn measure(db: &Db, clock: &Clock) -> Result<(), DbError> {
    let (waiting, oldest) = outbox::backlog(&mut *db.conn().await?).await?;
    let age = oldest.map_or(TimeDelta::zero(), |oldest| clock.now() - oldest);
    metrics::gauge!("outbox_depth").set(f64::from(i32::try_from(waiting).unwrap_or(i32::MAX)));
    metrics::gauge!("outbox_oldest_age_seconds").set(age.as_seconds_f64());
    Ok(())
}

/// Counts what was confirmed; the rows come in the order in which they were sent.
pub(super) fn published(rows: &[Row], confirmed: usize, now: DateTime<Utc>) {
    for row in rows.iter().take(confirmed) {
        let waited = now - row.created_at.and_utc();
        metrics::histogram!("event_publish_seconds").record(waited.as_seconds_f64().max(0.0));
    }
}
