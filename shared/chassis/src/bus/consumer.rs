//! Acts on the events of one queue, each of them once.
//!
//! A handler runs in the transaction that also inserts the event's id into `processed_events`;
//! the message is acknowledged after its commit. So an event is acted on once, however often it
//! is delivered: the second time the id is there. What a handler does outside of that transaction
//! it must stand doing twice.
//!
//! | what happens | what becomes of the message |
//! | --- | --- |
//! | committed, or its id was there | acknowledged |
//! | it cannot be read, or the handler says it never will | dead letter at once |
//! | the handler fails or panics, or there is none | retried after a while, in the end a dead letter |
//! | the database is away | kept, and tried again until it is back: the event is not to blame |
//! | the consumer crashes with it, again and again | dead letter by the broker (delivery limit) |
//!
//! A dead letter waits fourteen days for somebody, and is then thrown away (see
//! [`expiry`](super::dead_letters::expiry)).
//!
//! Events of one subject are handled one after the other in the order they came, others side by
//! side. Retries and other instances break that order: see [`bus`](super) on versions.

mod handle;
mod lanes;
mod processed;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use contracts::event::EventData;
use contracts::routing::Subscription;
use futures_util::StreamExt as _;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use self::handle::{AnyHandler, Typed};
use self::lanes::{Lanes, Worker};
use super::backoff::Backoff;
use super::broker::{Broker, Link};
use super::dead_letters::expiry;
use super::delivery::{Delivery, Mailbox};
use super::error::{BusError, answer};
use crate::clock::Clock;
use crate::db::Db;

pub use self::handle::{Failure, Handle};

/// How many messages the broker sends ahead: enough that no lane waits for the network, few
/// enough that another instance gets its share.
const PREFETCH: u16 = 64;
/// How often the connection is looked at, should the subscription not say that it has broken, and
/// the dead letters are counted.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Identifies the subscription on its channel.
const TAG: &str = "consumer";

/// The consumer of one queue.
pub struct Consumer {
    broker: Broker,
    db: Db,
    clock: Clock,
    subscription: Subscription,
    handlers: HashMap<&'static str, Arc<dyn AnyHandler>>,
}

impl Consumer {
    /// A consumer that does nothing yet.
    #[must_use]
    pub fn new(broker: &Broker, db: &Db, clock: &Clock, subscription: Subscription) -> Self {
        Self {
            broker: broker.clone(),
            db: db.clone(),
            clock: clock.clone(),
            subscription,
            handlers: HashMap::new(),
        }
    }

    /// Gives all events that carry `T` to a handler.
    #[must_use]
    pub fn on<T, H>(mut self, handler: &Arc<H>) -> Self
    where
        T: EventData + DeserializeOwned + Send + Sync + 'static,
        H: Handle<T>,
    {
        let typed: Arc<dyn AnyHandler> = Arc::new(Typed::new(handler.clone()));
        self.handlers.extend(T::KINDS.iter().map(|kind| (*kind, typed.clone())));
        self
    }

    /// Consumes until the service stops, whatever breaks meanwhile.
    pub async fn run(self, stopping: CancellationToken) {
        for kind in self.subscription.kinds().filter(|kind| !self.handlers.contains_key(kind)) {
            tracing::error!("{} has no handler for {kind}", self.subscription.queue);
        }
        let name = self.subscription.queue;
        let broker = self.broker.clone();
        let worker = Arc::new(Worker {
            db: self.db,
            clock: self.clock,
            subscription: self.subscription,
            handlers: self.handlers,
            stopping: stopping.clone(),
        });
        let consume = async {
            let mut backoff = Backoff::new();
            while !stopping.is_cancelled() {
                if let Err(error) = session(&broker, &worker, &stopping).await {
                    tracing::warn!(%error, "events of {name} are not being consumed");
                    backoff.pause(&stopping).await;
                }
            }
        };
        let Worker { db, clock, subscription, .. } = &*worker;
        tokio::join!(
            consume,
            processed::keep_sweeping(db, clock, name, &stopping),
            expiry::keep_dropping(&broker, *subscription, clock, &stopping),
        );
    }
}

/// From connecting until something breaks or the service stops.
async fn session(
    broker: &Broker,
    worker: &Arc<Worker>,
    stopping: &CancellationToken,
) -> Result<(), BusError> {
    // Without a database every delivery would be in vain, and is counted by the broker.
    worker.db.check().await?;
    let subscription = worker.subscription;
    let link = broker.connect(subscription.queue).await?;
    let channel = link.confirming_channel().await?;
    let topology = broker.topology().clone();
    let lost = CancellationToken::new();
    let clock = worker.clock.clone();
    let mailbox = Mailbox { channel, topology, subscription, clock, lost: lost.clone() };
    let lanes = Lanes::start(worker, PREFETCH.into());

    let outcome = receive(&link, &mailbox, &lanes, stopping).await;
    if outcome.is_err() {
        lost.cancel();
    }
    // What has begun is finished, also when the connection is gone: what commits now is a
    // duplicate when it is delivered again.
    lanes.finish().await;
    link.close().await;
    outcome
}

async fn receive(
    link: &Link,
    mailbox: &Mailbox,
    lanes: &Lanes,
    stopping: &CancellationToken,
) -> Result<(), BusError> {
    let channel = &mailbox.channel;
    answer(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
    let queue = mailbox.topology.queue(mailbox.subscription);
    let options = BasicConsumeOptions::default();
    let consume = channel.basic_consume(queue.into(), TAG.into(), options, FieldTable::default());
    let mut messages = answer(consume).await?;
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = stopping.cancelled() => {
                return answer(channel.basic_cancel(TAG.into(), BasicCancelOptions::default())).await;
            }
            _ = look.tick() => {
                link.require_connected()?;
                mailbox.count_dead_letters().await?;
            }
            message = messages.next() => {
                let message = message.ok_or(BusError::Cancelled)??;
                if message.redelivered {
                    let queue = mailbox.subscription.queue;
                    metrics::counter!("events_redelivered_total", "queue" => queue).increment(1);
                }
                lanes.give(Delivery::new(message, mailbox.clone())).await?;
            }
        }
    }
}
