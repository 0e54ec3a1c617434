//! A broker for each test: the one there is, under a prefix of its own.

use chassis::bus::Broker;
use chassis::config::BrokerConfig;
use lapin::options::{
    BasicGetOptions, BasicNackOptions, BasicPublishOptions, ConfirmSelectOptions,
    QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use secrecy::{ExposeSecret as _, SecretString};

use crate::TestServers;
use crate::servers::BROKER_URL;

/// Exchanges and queues that no other test knows of.
///
/// They are left behind for the servers of the tests to take with them: `RabbitMQ` up to 3.10 does
/// not stand it when many queues that dead-letter at least once are deleted right after they were
/// declared. The worker of each crashes, and soon their supervisor gives up for ever.
pub struct TestBus {
    config: BrokerConfig,
}

impl TestBus {
    /// A bus on which an event fails twice, shortly after each other, before it is dead.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Self {
        Self::with_retries(&[20, 40])
    }

    /// A bus on servers of one's own.
    #[must_use]
    pub fn on(servers: &TestServers) -> Self {
        Self::made(&servers.broker, &[20, 40])
    }

    /// A bus with delays of its own, in milliseconds.
    #[must_use]
    pub fn with_retries(delays_ms: &[u32]) -> Self {
        Self::made(&crate::server_url(BROKER_URL), delays_ms)
    }

    fn made(url: &str, delays_ms: &[u32]) -> Self {
        let config = BrokerConfig {
            url: SecretString::from(url),
            name_prefix: format!("test-{}.", uuid::Uuid::new_v4().simple()),
            retry_delays_ms: delays_ms.to_vec(),
        };
        Self { config }
    }

    /// The configuration of a service that uses it.
    #[must_use]
    pub fn config(&self) -> BrokerConfig {
        self.config.clone()
    }

    /// The same for another way there, such as a [`FaultProxy`](crate::FaultProxy).
    #[must_use]
    pub fn config_at(&self, url: String) -> BrokerConfig {
        BrokerConfig { url: SecretString::from(url), ..self.config.clone() }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        self.config.url.expose_secret()
    }

    /// What a service makes of it.
    #[must_use]
    pub fn broker(&self) -> Broker {
        Broker::new(&self.config).expect("the URL is one")
    }

    /// A channel that confirms, to do what no service would.
    pub async fn channel(&self) -> Channel {
        let connection = Connection::connect(self.url(), ConnectionProperties::default())
            .await
            .expect("the test broker answers");
        let channel = connection.create_channel().await.expect("a channel can be opened");
        let confirm = channel.confirm_select(ConfirmSelectOptions::default());
        confirm.await.expect("the broker confirms");
        channel
    }

    /// Puts any bytes into a queue.
    pub async fn send(&self, queue: &str, body: &[u8]) {
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        self.channel()
            .await
            .basic_publish("".into(), queue.into(), options, body, properties)
            .await
            .expect("a message can be sent")
            .await
            .expect("a message is confirmed");
    }

    /// What waits in a queue and is in nobody's hands. It is put back.
    pub async fn peek(&self, queue: &str) -> Vec<String> {
        let channel = self.channel().await;
        let mut messages = Vec::new();
        while let Some(message) = channel
            .basic_get(queue.into(), BasicGetOptions::default())
            .await
            .expect("the queue is there")
        {
            messages.push(message);
        }
        let bodies = messages.iter().map(|m| String::from_utf8_lossy(&m.data).into_owned());
        let bodies = bodies.collect();
        let back = BasicNackOptions { requeue: true, ..Default::default() };
        for message in messages {
            message.nack(back).await.expect("a message can be put back");
        }
        bodies
    }

    /// How many messages wait in a queue and are in nobody's hands.
    pub async fn waiting(&self, queue: &str) -> u32 {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let declare = self.channel().await;
        let queue = declare.queue_declare(queue.into(), options, FieldTable::default());
        queue.await.expect("the queue is there").message_count()
    }
}

/// A broker that is not there, for a test that has no need of one: a service works without, and
/// keeps its events in the outbox.
#[must_use]
pub fn no_broker() -> BrokerConfig {
    BrokerConfig {
        url: SecretString::from("amqp://127.0.0.1:1/%2f"),
        name_prefix: "none.".into(),
        retry_delays_ms: Vec::new(),
    }
}
