//! Takes events from the outbox to the broker, in order, by one instance of a service at a time.
//!
//! # Order
//!
//! Rows are chosen by `published_at IS NULL`, never by "after the last position": `AUTO_INCREMENT`
//! gives out positions when a row is inserted, so a transaction with a lower position can commit
//! later, and a cursor would have gone past its row. Such a row leaves in the next pass, later than
//! a higher one of *another* subject. Two events of the same subject cannot be turned around that
//! way: both transactions lock the row that the events are about before they append, so the second
//! gets its position after the first has committed. Order for each subject is what consumers can
//! make use of, and what they get.
//!
//! # Several instances
//!
//! All of them try; [`Leadership`] lets one through. Should two lead for a moment all the same
//! (see there how short that is), the first copies of all events are still in order: whoever
//! leads begins at the oldest unconfirmed row and sends on one channel, so before its copy of any
//! row there is a confirmed or an earlier sent copy of each row before. The second copies do
//! nothing, see [`Consumer`](super::Consumer).

mod leadership;
mod measure;
mod send;
mod wake;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use lapin::Channel;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::leadership::Leadership;
use self::wake::{Bell, Herald};
use super::backoff::Backoff;
use super::broker::{Broker, Link};
use super::error::{BusError, within};
use super::outbox;
use crate::clock::Clock;
use crate::db::{Conn, Db};

/// How many rows are read at once.
const BATCH: i64 = 500;
/// How often the leader looks when nobody wakes it.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often the others ask whether there still is a leader.
const APPLY_EVERY: Duration = Duration::from_millis(250);
/// How long a query may take: below [`leadership::LEASE_S`], so that whoever has lost the lock
/// stops.
const QUERY_PATIENCE: Duration = Duration::from_secs(5);
/// How long published rows are kept for whoever wants to know what was said.
const KEPT: TimeDelta = TimeDelta::days(7);
const FORGET_EVERY: Duration = Duration::from_secs(10);
/// Few at once: deleting must not hold up inserting.
const FORGET_BATCH: i64 = 500;

/// The relay of one service.
#[derive(Clone)]
pub struct Relay {
    db: Db,
    broker: Broker,
    clock: Clock,
    service: &'static str,
    leading: Arc<AtomicBool>,
}

impl Relay {
    /// The relay of the outbox in `db`. Instances of the same `service` wake each other.
    #[must_use]
    pub fn new(db: &Db, broker: &Broker, clock: &Clock, service: &'static str) -> Self {
        Self {
            db: db.clone(),
            broker: broker.clone(),
            clock: clock.clone(),
            service,
            leading: Arc::default(),
        }
    }

    /// Whether this instance is the one that publishes.
    #[must_use]
    pub fn is_leading(&self) -> bool {
        self.leading.load(Ordering::Relaxed)
    }

    /// Publishes until the service stops, whatever breaks meanwhile.
    pub async fn run(self, stopping: CancellationToken) {
        tokio::join!(
            self.keep_publishing(&stopping),
            measure::keep_measuring(&self.db, &self.clock, &stopping),
        );
    }

    async fn keep_publishing(&self, stopping: &CancellationToken) {
        let mut backoff = Backoff::new();
        while !stopping.is_cancelled() {
            let outcome = self.session(stopping).await;
            self.lead(false);
            if let Err(error) = outcome {
                tracing::warn!(%error, "the outbox of {} is not being published", self.service);
                backoff.pause(stopping).await;
            }
        }
    }

    /// From connecting until something breaks. The broker comes first: an instance that cannot
    /// reach it must not keep others from leading.
    async fn session(&self, stopping: &CancellationToken) -> Result<(), BusError> {
        let link = self.broker.connect("relay").await?;
        let channel = link.confirming_channel().await?;
        let Some(mut leadership) = self.wait_to_lead(&link, stopping).await? else {
            return Ok(());
        };
        let mut bell = Bell::hang(&link, self.broker.topology(), self.service).await?;
        self.lead(true);
        tracing::info!("this instance publishes the outbox of {}", self.service);

        let mut forgot_at: Option<Instant> = None;
        while !stopping.is_cancelled() {
            link.require_connected()?;
            if self.pass(leadership.conn(), &channel).await? == BATCH {
                continue;
            }
            if forgot_at.is_none_or(|at| at.elapsed() > FORGET_EVERY) {
                let forgotten = self.forget(leadership.conn()).await?;
                forgot_at = (forgotten < FORGET_BATCH).then(Instant::now);
            }
            tokio::select! {
                () = stopping.cancelled() => {}
                () = self.db.appended() => {}
                () = bell.rung() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        link.close().await;
        Ok(())
    }

    /// Waits for its turn, and wakes the one that leads when this instance has committed
    /// something. `None` when the service stops.
    async fn wait_to_lead(
        &self,
        link: &Link,
        stopping: &CancellationToken,
    ) -> Result<Option<Leadership>, BusError> {
        let mut leadership = within(QUERY_PATIENCE, "the database", async {
            Leadership::candidate(self.db.own_conn().await?).await
        })
        .await?;
        let herald = Herald::new(link, self.broker.topology(), self.service).await?;
        loop {
            link.require_connected()?;
            if within(QUERY_PATIENCE, "the database", leadership.apply()).await? {
                return Ok(Some(leadership));
            }
            let again = tokio::time::sleep(APPLY_EVERY);
            tokio::pin!(again);
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return Ok(None),
                    () = &mut again => break,
                    () = self.db.appended() => herald.wake_the_leader().await?,
                }
            }
        }
    }

    /// Publishes what waits, one batch of it; says how many.
    async fn pass(&self, conn: &mut Conn, channel: &Channel) -> Result<i64, BusError> {
        let rows = within(QUERY_PATIENCE, "the database", outbox::unpublished(conn, BATCH)).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let exchange = self.broker.topology().events();
        let (confirmed, outcome) = send::in_order(channel, &exchange, &rows).await;
        let now = self.clock.now();
        let mark = outbox::mark_published(conn, &confirmed, now);
        within(QUERY_PATIENCE, "the database", mark).await?;
        measure::published(&rows, confirmed.len(), now);
        outcome?;
        Ok(i64::try_from(rows.len()).unwrap_or(BATCH))
    }

    async fn forget(&self, conn: &mut Conn) -> Result<i64, BusError> {
        let before = self.clock.now() - KEPT;
        let forget = outbox::forget_published(conn, before, FORGET_BATCH);
        let forgotten = within(QUERY_PATIENCE, "the database", forget).await?;
        Ok(i64::try_from(forgotten).unwrap_or(FORGET_BATCH))
    }

    fn lead(&self, leading: bool) {
        self.leading.store(leading, Ordering::Relaxed);
        metrics::gauge!("outbox_leading").set(if leading { 1.0 } else { 0.0 });
    }
}
