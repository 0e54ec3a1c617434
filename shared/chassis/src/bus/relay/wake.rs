//! How a commit on one instance wakes the relay on another.
//!
//! Through the broker: when it is away, there is nothing to wake the relay for. A wake-up that
//! gets lost costs the time until the leader's next look by itself.

use futures_util::{FutureExt as _, StreamExt as _};
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Consumer};

use crate::bus::broker::Link;
use crate::bus::error::{BusError, answer};
use crate::bus::topology::Topology;

/// Wakes the leader of a service.
pub(super) struct Herald {
    channel: Channel,
    exchange: String,
    service: &'static str,
}

impl Herald {
    pub(super) async fn new(
        link: &Link,
        topology: &Topology,
        service: &'static str,
    ) -> Result<Self, BusError> {
        Ok(Self { channel: link.channel().await?, exchange: topology.wake(), service })
    }

    /// Says that there is something in the outbox. Many commits at once make one such message:
    /// those that happen while it is being sent are one more wake-up together.
    pub(super) async fn wake_the_leader(&self) -> Result<(), BusError> {
        let options = BasicPublishOptions::default();
        let (exchange, key) = (self.exchange.as_str().into(), self.service.into());
        let ring =
            self.channel.basic_publish(exchange, key, options, &[], BasicProperties::default());
        answer(ring).await.map(drop)
    }
}

/// What the leader hears.
pub(super) struct Bell {
    rings: Consumer,
    /// Keeps the subscription.
    _channel: Channel,
}

impl Bell {
    /// Subscribes through a queue that is gone with its connection.
    pub(super) async fn hang(
        link: &Link,
        topology: &Topology,
        service: &'static str,
    ) -> Result<Self, BusError> {
        let channel = link.channel().await?;
        let rings = answer(Self::subscribe(&channel, topology, service)).await?;
        Ok(Self { rings, _channel: channel })
    }

    async fn subscribe(
        channel: &Channel,
        topology: &Topology,
        service: &'static str,
    ) -> lapin::Result<Consumer> {
        let mut arguments = FieldTable::default();
        // Ten wake-ups say no more than one.
        arguments.insert("x-max-length".into(), AMQPValue::LongInt(1));
        let queue =
            channel.queue_declare("".into(), QueueDeclareOptions::exclusive(), arguments).await?;
        channel
            .queue_bind(
                queue.name().clone(),
                topology.wake().into(),
                service.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let options = BasicConsumeOptions { no_ack: true, ..Default::default() };
        channel.basic_consume(queue.name().clone(), "".into(), options, FieldTable::default()).await
    }

    /// Resolves when somebody rings, and never when the bell is broken: the connection is looked
    /// at elsewhere.
    pub(super) async fn rung(&mut self) {
        match self.rings.next().await {
            Some(Ok(_)) => while let Some(Some(Ok(_))) = self.rings.next().now_or_never() {},
            _ => std::future::pending().await,
        }
    }
}
