//! A message that was received: it is settled once, because settling takes it away.

use std::collections::BTreeMap;

use contracts::routing::Subscription;
use lapin::message::Delivery as Message;
use lapin::options::{BasicAckOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel};
use tokio_util::sync::CancellationToken;

use super::dead_letters::expiry::timestamp;
use super::error::{BusError, answer};
use super::publish;
use super::topology::Topology;
use crate::clock::Clock;

/// How often the event has failed, in the headers of a retried or dead message.
pub(super) const FAILURES: &str = "failures";
/// Why it failed last.
pub(super) const REASON: &str = "reason";
/// Since when it is a dead letter.
pub(super) const DEAD_SINCE: &str = "dead-since";
/// Longer reasons are cut: the headers of a message share one frame.
const MAX_REASON_CHARS: usize = 500;

/// Where messages of one consumer come from and go to.
#[derive(Clone)]
pub(super) struct Mailbox {
    /// Receives and sends; it confirms what it is sent.
    pub(super) channel: Channel,
    pub(super) topology: Topology,
    pub(super) subscription: Subscription,
    /// Says since when what dies is dead.
    pub(super) clock: Clock,
    /// Cancelled when the channel is gone, so that nobody waits for it.
    pub(super) lost: CancellationToken,
}

impl Mailbox {
    /// Reports how many dead letters wait for somebody to look at them; also those that the broker
    /// put there by itself.
    pub(super) async fn count_dead_letters(&self) -> Result<(), BusError> {
        let name = self.topology.dead_letters(self.subscription);
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let look = self.channel.queue_declare(name.into(), options, FieldTable::default());
        let waiting = answer(look).await?.message_count();
        metrics::gauge!("dead_letters", "queue" => self.subscription.queue).set(waiting);
        Ok(())
    }
}

/// One message of a consumer's queue.
pub(super) struct Delivery {
    message: Message,
    mailbox: Mailbox,
}

impl Delivery {
    pub(super) const fn new(message: Message, mailbox: Mailbox) -> Self {
        Self { message, mailbox }
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.message.data
    }

    /// Cancelled when it can no longer be settled. It will then be delivered again.
    pub(super) fn lost(&self) -> CancellationToken {
        self.mailbox.lost.clone()
    }

    /// It is done.
    pub(super) async fn ack(self) -> Result<(), BusError> {
        answer(self.message.ack(BasicAckOptions::default())).await.map(drop)
    }

    /// It comes back later, or goes to the dead letters when it has failed too often.
    pub(super) async fn retry(self, reason: &str) -> Result<(), BusError> {
        let failures = failures(&self.message.properties) + 1;
        let mailbox = &self.mailbox;
        let Some(retry) = usize::try_from(failures).ok().and_then(|n| mailbox.topology.retry(n))
        else {
            return self.dead_letter(reason).await;
        };
        metrics::counter!("events_retried_total", "queue" => mailbox.subscription.queue)
            .increment(1);
        let queue = mailbox.topology.queue(mailbox.subscription);
        self.hand_over(&retry, &queue, headers(failures, reason)).await
    }

    /// It will never be handled, unless somebody replays it.
    pub(super) async fn dead_letter(self, reason: &str) -> Result<(), BusError> {
        let mailbox = &self.mailbox;
        metrics::counter!("events_dead_lettered_total", "queue" => mailbox.subscription.queue)
            .increment(1);
        tracing::error!(
            queue = mailbox.subscription.queue,
            "an event of {} is a dead letter: {reason}",
            mailbox.subscription.queue
        );
        let failures = failures(&self.message.properties) + 1;
        let dead_letters = mailbox.topology.dead_letters(mailbox.subscription);
        let mut headers = headers(failures, reason);
        headers.insert(DEAD_SINCE.into(), timestamp(mailbox.clock.now()));
        self.hand_over("", &dead_letters, headers).await
    }

    /// Puts a copy elsewhere and then settles the message: a crash in between doubles it, and
    /// nothing loses it. Rejecting it would leave the broker to move it, without saying why.
    async fn hand_over(
        self,
        exchange: &str,
        routing_key: &str,
        headers: Headers,
    ) -> Result<(), BusError> {
        let properties = self.message.properties.clone().with_headers(FieldTable::from(headers));
        let channel = &self.mailbox.channel;
        publish::surely(channel, exchange, routing_key, &self.message.data, properties).await?;
        self.ack().await
    }
}

type Headers = BTreeMap<ShortString, AMQPValue>;

/// What is known of a failure.
fn headers(failures: i64, reason: &str) -> Headers {
    let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
    BTreeMap::from([
        (FAILURES.into(), AMQPValue::LongLongInt(failures)),
        (REASON.into(), AMQPValue::LongString(reason.into())),
    ])
}

/// How often a message has failed before.
pub(super) fn failures(properties: &BasicProperties) -> i64 {
    header(properties, FAILURES).and_then(AMQPValue::as_long_long_int).unwrap_or(0)
}

pub(super) fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}
