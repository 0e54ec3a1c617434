//! Work side by side that keeps the order of each subject.
//!
//! A subject belongs to one lane, a lane handles one event at a time. A queue before each lane
//! holds at most what the broker sends ahead, so the broker's prefetch is the one bound.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use contracts::Event;
use contracts::routing::Subscription;
use futures_util::FutureExt as _;
use serde::de::IgnoredAny;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::handle::{AnyHandler, Failure};
use super::processed;
use crate::bus::backoff::Backoff;
use crate::bus::delivery::Delivery;
use crate::bus::error::BusError;
use crate::clock::Clock;
use crate::db::{Db, DbError, transaction};
use crate::http::trace::Trace;
use crate::telemetry::spans;

/// How many events are handled at once, each on a database connection.
const LANES: usize = 8;

/// How often a transaction that met another one is run again at once before the event has failed.
const MAX_COLLISIONS: u32 = 4;

/// An event whose data nobody has looked at.
type Envelope = Event<IgnoredAny>;

/// The lanes of one connection.
pub(super) struct Lanes {
    entries: Vec<mpsc::Sender<(Envelope, Delivery)>>,
    tasks: JoinSet<()>,
}

impl Lanes {
    /// Opens the lanes; each holds up to `capacity` events.
    pub(super) fn start(worker: &Arc<Worker>, capacity: usize) -> Self {
        let mut tasks = JoinSet::new();
        let entries = (0..LANES)
            .map(|_| {
                let (entry, mut exit) = mpsc::channel::<(Envelope, Delivery)>(capacity);
                let worker = worker.clone();
                tasks.spawn(async move {
                    while let Some((envelope, delivery)) = exit.recv().await {
                        if !delivery.lost().is_cancelled()
                            && let Err(error) = worker.work(envelope, delivery).await
                        {
                            tracing::warn!(%error, "an event will be delivered again");
                        }
                    }
                });
                entry
            })
            .collect();
        Self { entries, tasks }
    }

    /// Puts an event into the lane of its subject. What is no event is a dead letter.
    pub(super) async fn give(&self, delivery: Delivery) -> Result<(), BusError> {
        let envelope: Envelope = match serde_json::from_slice(delivery.body()) {
            Ok(envelope) => envelope,
            Err(error) => return delivery.dead_letter(&format!("no event: {error}")).await,
        };
        let mut hash = DefaultHasher::new();
        envelope.subject.hash(&mut hash);
        let lanes = u64::try_from(LANES).unwrap_or(1);
        let lane = usize::try_from(hash.finish() % lanes).unwrap_or(0);
        let entry = self.entries.get(lane).ok_or(BusError::LaneEnded)?;
        entry.send((envelope, delivery)).await.map_err(|_| BusError::LaneEnded)
    }

    /// Lets nothing more in and waits until the lanes are empty.
    pub(super) async fn finish(mut self) {
        self.entries.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Handles one event after the other.
pub(super) struct Worker {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) subscription: Subscription,
    pub(super) handlers: HashMap<&'static str, Arc<dyn AnyHandler>>,
    pub(super) stopping: CancellationToken,
}

impl Worker {
    async fn work(&self, envelope: Envelope, delivery: Delivery) -> Result<(), BusError> {
        let Some(handler) = self.handlers.get(envelope.kind.as_ref()) else {
            // An instance of a newer version may know it.
            return delivery.retry(&format!("no handler for {}", envelope.kind)).await;
        };
        let trace = envelope.traceparent.as_deref().and_then(Trace::parse);
        let trace = trace.map_or_else(Trace::begin, Trace::child);
        let span = tracing::info_span!(
            "event",
            trace_id = trace.trace_id(),
            event.id = %envelope.id,
            event.kind = %envelope.kind,
        );
        let whole = Box::pin(async {
            let started = Instant::now();
            let outcome = self.handle(&envelope, handler.as_ref(), &delivery).await;
            let failed = !matches!(outcome, Outcome::Done);
            spans::note(trace, spans::Kind::Event, started.elapsed(), failed, || {
                format!("{} {}", self.subscription.queue, envelope.kind)
            });
            let lost = delivery.lost();
            tokio::select! {
                settled = settle(delivery, outcome) => settled,
                () = lost.cancelled() => Err(BusError::Disconnected),
            }
        });
        trace.scope(whole).instrument(span).await
    }

    /// Handles it as often as it takes while the database is away.
    async fn handle(
        &self,
        envelope: &Envelope,
        handler: &dyn AnyHandler,
        delivery: &Delivery,
    ) -> Outcome {
        let mut backoff = Backoff::new();
        let mut collisions = 0;
        loop {
            let started = Instant::now();
            let handling =
                transaction::noting_appends(self.process(envelope, handler, delivery.body()));
            let result = AssertUnwindSafe(handling)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(Failure::Failed("the handler panicked".into())));
            self.measure(envelope, started, result.is_ok());
            match result {
                Ok(()) => return Outcome::Done,
                Err(Failure::Malformed(reason)) => return Outcome::Malformed(reason),
                Err(Failure::Db(error @ DbError::Unavailable(_))) => {
                    tracing::warn!(%error, "an event waits for the database");
                }
                Err(Failure::Db(DbError::Deadlock | DbError::LockTimeout))
                    if collisions < MAX_COLLISIONS =>
                {
                    collisions += 1;
                }
                Err(error) => return Outcome::Failed(error.to_string()),
            }
            backoff.pause(&self.stopping).await;
            if self.stopping.is_cancelled() || delivery.lost().is_cancelled() {
                return Outcome::NotNow;
            }
        }
    }

    /// The one transaction.
    async fn process(
        &self,
        envelope: &Envelope,
        handler: &dyn AnyHandler,
        body: &[u8],
    ) -> Result<(), Failure> {
        let queue = self.subscription.queue;
        let mut transaction = self.db.begin().await?;
        let claimed =
            processed::claim(&mut transaction.conn, envelope.id, queue, self.clock.now()).await;
        let outcome = match claimed {
            Ok(true) => handler.handle(&mut transaction.conn, body).await,
            Ok(false) => {
                metrics::counter!("events_duplicate_total", "queue" => queue).increment(1);
                Ok(())
            }
            Err(error) => Err(error.into()),
        };
        if outcome.is_ok() {
            transaction.commit().await?;
            handler.committed();
        } else {
            transaction.roll_back().await;
        }
        outcome
    }

    fn measure(&self, envelope: &Envelope, started: Instant, handled: bool) {
        let queue = self.subscription.queue;
        let outcome = if handled { "handled" } else { "failed" };
        metrics::histogram!("event_handle_seconds", "queue" => queue, "outcome" => outcome)
            .record(started.elapsed());
        if handled {
            let age = (self.clock.now() - envelope.time).as_seconds_f64().max(0.0);
            metrics::histogram!("event_age_seconds", "queue" => queue).record(age);
        }
    }
}

async fn settle(delivery: Delivery, outcome: Outcome) -> Result<(), BusError> {
    match outcome {
        Outcome::Done => delivery.ack().await,
        Outcome::Malformed(reason) => delivery.dead_letter(&reason).await,
        Outcome::Failed(reason) => {
            tracing::warn!("an event could not be handled: {reason}");
            delivery.retry(&reason).await
        }
        Outcome::NotNow => Ok(()),
    }
}

/// What became of an event.
enum Outcome {
    Done,
    Malformed(String),
    Failed(String),
    /// Somebody else will get it.
    NotNow,
}
