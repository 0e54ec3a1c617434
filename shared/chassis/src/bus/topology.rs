//! The exchanges and queues, all of them, from the one table in the contracts.
//!
//! Every service declares everything when it connects: whoever publishes first finds the queues
//! of those who have never run. Declaring what is there changes nothing.
//!
//! Queues are quorum queues: replicated in a cluster, and the same on RabbitMQ 3.10 and 4.x when
//! type and delivery limit are said explicitly. They have no length limit: how much a broker can
//! hold is for its operator to say (by policy, which needs no new declaration). At the broker's
//! disk or memory limit it blocks publishers, and events wait in the outbox.

use std::collections::BTreeMap;

use contracts::routing::{EXCHANGE, SUBSCRIPTIONS, Subscription};
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

use crate::config::BrokerConfig;

/// An event that was delivered so often without being settled crashes whoever reads it.
const DELIVERY_LIMIT: i32 = 20;
/// Dead letters are delivered whenever somebody looks at them.
const NO_LIMIT: i32 = 1_000_000_000;

type Arguments = Vec<(&'static str, AMQPValue)>;

/// The names of a platform's exchanges and queues.
#[derive(Clone, Debug)]
pub struct Topology {
    prefix: String,
    retry_delays_ms: Vec<u32>,
}

impl Topology {
    pub(super) fn new(config: &BrokerConfig) -> Self {
        Self { prefix: config.name_prefix.clone(), retry_delays_ms: config.retry_delays_ms.clone() }
    }

    /// The topic exchange of all events; the routing key is the event's type.
    #[must_use]
    pub fn events(&self) -> String {
        format!("{}{EXCHANGE}", self.prefix)
    }

    /// The exchange through which instances wake the relay of their service.
    #[must_use]
    pub fn wake(&self) -> String {
        format!("{}wake", self.prefix)
    }

    /// The queue of a consumer.
    #[must_use]
    pub fn queue(&self, subscription: Subscription) -> String {
        format!("{}{}", self.prefix, subscription.queue)
    }

    /// The queue of what a consumer could not handle.
    #[must_use]
    pub fn dead_letters(&self, subscription: Subscription) -> String {
        format!("{}{}.dead", self.prefix, subscription.queue)
    }

    /// The exchange and the queue in which an event waits after it failed `failures` times;
    /// `None` when that is too often.
    ///
    /// The name says the delay, because the delay of a queue can never be changed. One queue for
    /// each delay and not a delay for each message: only the first message of a queue expires.
    #[must_use]
    pub fn retry(&self, failures: usize) -> Option<String> {
        let delay_ms = self.retry_delays_ms.get(failures.checked_sub(1)?)?;
        Some(self.retry_after(*delay_ms))
    }

    fn retry_after(&self, delay_ms: u32) -> String {
        format!("{}retry.{delay_ms}ms", self.prefix)
    }

    /// Every exchange, for whoever wants to remove them.
    #[must_use]
    pub fn exchanges(&self) -> Vec<String> {
        let retries = self.retry_delays_ms.iter().map(|delay_ms| self.retry_after(*delay_ms));
        [self.events(), self.wake()].into_iter().chain(retries).collect()
    }

    /// Every queue, for whoever wants to remove them.
    #[must_use]
    pub fn queues(&self) -> Vec<String> {
        let own = SUBSCRIPTIONS.iter().flat_map(|s| [self.queue(*s), self.dead_letters(*s)]);
        own.chain(self.retry_delays_ms.iter().map(|delay_ms| self.retry_after(*delay_ms))).collect()
    }

    /// Makes whatever is not there yet.
    pub(super) async fn declare(&self, channel: &Channel) -> lapin::Result<()> {
        exchange(channel, &self.events(), ExchangeKind::Topic).await?;
        exchange(channel, &self.wake(), ExchangeKind::Direct).await?;
        for subscription in SUBSCRIPTIONS {
            self.declare_queue_of(channel, *subscription).await?;
        }
        for delay_ms in &self.retry_delays_ms {
            self.declare_retry(channel, *delay_ms).await?;
        }
        Ok(())
    }

    async fn declare_queue_of(
        &self,
        channel: &Channel,
        subscription: Subscription,
    ) -> lapin::Result<()> {
        let (name, dead_letters) = (self.queue(subscription), self.dead_letters(subscription));
        queue(channel, &dead_letters, NO_LIMIT, Vec::new()).await?;
        queue(channel, &name, DELIVERY_LIMIT, dead_letter_to("", Some(&dead_letters))).await?;
        for kind in subscription.kinds() {
            bind(channel, &name, &self.events(), kind).await?;
        }
        Ok(())
    }

    /// A message goes in with the name of its consumer's queue as the routing key, and when it
    /// expires the default exchange puts it back into that queue: one queue serves all consumers.
    async fn declare_retry(&self, channel: &Channel, delay_ms: u32) -> lapin::Result<()> {
        let name = self.retry_after(delay_ms);
        let expiry = ("x-message-ttl", AMQPValue::LongLongInt(delay_ms.into()));
        let mut arguments = dead_letter_to("", None);
        arguments.push(expiry);
        exchange(channel, &name, ExchangeKind::Fanout).await?;
        queue(channel, &name, NO_LIMIT, arguments).await?;
        bind(channel, &name, &name, "").await
    }
}

/// Where messages go that expire or are delivered too often. `at-least-once` keeps them until the
/// target has them; it needs an overflow that drops nothing.
fn dead_letter_to(exchange: &str, routing_key: Option<&str>) -> Arguments {
    let mut arguments = vec![
        ("x-dead-letter-exchange", text(exchange)),
        ("x-dead-letter-strategy", text("at-least-once")),
        ("x-overflow", text("reject-publish")),
    ];
    arguments.extend(routing_key.map(|key| ("x-dead-letter-routing-key", text(key))));
    arguments
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
    channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await
}

async fn queue(
    channel: &Channel,
    name: &str,
    delivery_limit: i32,
    arguments: Arguments,
) -> lapin::Result<()> {
    let kind = ("x-queue-type", text("quorum"));
    let limit = ("x-delivery-limit", AMQPValue::LongInt(delivery_limit));
    let arguments: BTreeMap<_, _> = [kind, limit]
        .into_iter()
        .chain(arguments)
        .map(|(name, value)| (name.into(), value))
        .collect();
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(name.into(), options, arguments.into()).await?;
    Ok(())
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    let options = QueueBindOptions::default();
    channel
        .queue_bind(queue.into(), exchange.into(), key.into(), options, FieldTable::default())
        .await
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}
