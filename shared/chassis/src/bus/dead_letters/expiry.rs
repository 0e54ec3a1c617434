//! Dead letters that nobody has replayed are thrown away in the end: they say things of people that
//! must not be kept for ever.
//!
//! The broker could expire them, but a queue that is there cannot be declared with another age, and
//! only an operator can give it a policy. So a consumer looks now and again. The oldest come first, or
//! nearly, for what somebody has looked at is put back in some order; so some that are young enough
//! end the look. What says no time, from a release that wrote none, gets
//! the present one and goes to the end.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::Event;
use contracts::routing::Subscription;
use lapin::BasicProperties;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions};
use lapin::types::{AMQPValue, FieldTable};
use serde::de::IgnoredAny;
use tokio_util::sync::CancellationToken;

use super::{DeadLetters, MAX_VISITED};
use crate::bus::broker::Broker;
use crate::bus::delivery::{DEAD_SINCE, header};
use crate::bus::error::{BusError, answer};
use crate::bus::publish;
use crate::clock::Clock;

/// How long a dead letter waits for somebody: shorter than what people wrote is kept after they
/// have left.
const KEPT: TimeDelta = TimeDelta::days(14);
const LOOK_EVERY: Duration = Duration::from_hours(1);
/// How many that are young enough end a look.
const YOUNG_ENOUGH: u32 = 100;

/// Throws away what is too old, now and again until the service stops.
pub(in crate::bus) async fn keep_dropping(
    broker: &Broker,
    subscription: Subscription,
    clock: &Clock,
    stopping: &CancellationToken,
) {
    let broker = broker.for_visitors();
    while !stopping.is_cancelled() {
        let dropped = async {
            let letters = DeadLetters::open(&broker, subscription).await?;
            letters.drop_older_than(KEPT, clock.now()).await
        };
        let queue = subscription.queue;
        match dropped.await {
            Ok(0) => {}
            Ok(dropped) => {
                tracing::warn!(queue, "{dropped} dead letters of {queue} were too old to keep");
            }
            // While the broker is away, others say so.
            Err(error) => {
                tracing::debug!(%error, queue, "dead letters of {queue} were not looked at");
            }
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

impl DeadLetters {
    /// Throws away those that are dead for longer than this; says how many.
    pub async fn drop_older_than(
        self,
        age: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<usize, BusError> {
        let queue = self.topology.dead_letters(self.subscription);
        let (mut dropped, mut kept) = (0, 0);
        for _ in 0..MAX_VISITED {
            let get = self.channel.basic_get(queue.as_str().into(), BasicGetOptions::default());
            let Some(message) = answer(get).await? else { break };
            match dead_since(&message) {
                Some(since) if now - since < age => {
                    kept += 1;
                    if kept == YOUNG_ENOUGH {
                        break;
                    }
                    continue;
                }
                Some(_) => dropped += 1,
                None => {
                    let stamped = stamped(&message.properties, now);
                    publish::surely(&self.channel, "", &queue, &message.data, stamped).await?;
                }
            }
            answer(message.ack(BasicAckOptions::default())).await?;
        }
        // What is in our hands is where it was when the connection is closed.
        self.link.close().await;
        Ok(dropped)
    }
}

/// Since when a message is dead: as the consumer has written it, or the broker; of one of whom
/// neither has, when the event happened.
fn dead_since(message: &BasicGetMessage) -> Option<DateTime<Utc>> {
    let written = header(&message.properties, DEAD_SINCE).and_then(time);
    written.or_else(|| by_the_broker(&message.properties)).or_else(|| {
        let event: Event<IgnoredAny> = serde_json::from_slice(&message.data).ok()?;
        Some(event.time)
    })
}

/// The broker notes each of its own moves, the last first.
fn by_the_broker(properties: &BasicProperties) -> Option<DateTime<Utc>> {
    let AMQPValue::FieldArray(moves) = header(properties, "x-death")? else { return None };
    let AMQPValue::FieldTable(last) = moves.as_slice().first()? else { return None };
    last.inner().get("time").and_then(time)
}

fn time(value: &AMQPValue) -> Option<DateTime<Utc>> {
    let AMQPValue::Timestamp(seconds) = value else { return None };
    DateTime::from_timestamp(i64::try_from(*seconds).ok()?, 0)
}

/// The same, and since when it is dead.
fn stamped(properties: &BasicProperties, now: DateTime<Utc>) -> BasicProperties {
    let known = properties.headers().as_ref().map(FieldTable::inner).cloned();
    let mut headers: BTreeMap<_, _> = known.unwrap_or_default();
    headers.insert(DEAD_SINCE.into(), timestamp(now));
    properties.clone().with_headers(FieldTable::from(headers))
}

/// A time as headers say it.
pub(in crate::bus) fn timestamp(at: DateTime<Utc>) -> AMQPValue {
    AMQPValue::Timestamp(u64::try_from(at.timestamp()).unwrap_or_default())
}
