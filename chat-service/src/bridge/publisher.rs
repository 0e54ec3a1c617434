//! Tells the other instances what was stored here.

use std::time::Duration;

use bytes::Bytes;
use chassis::config::RedisConfig;
use chassis::lifecycle::Lifecycle;
use chassis::redis::redis::aio::MultiplexedConnection;
use chassis::redis::redis::{AsyncConnectionConfig, RedisError};
use chassis::redis::{Cache, CacheError, redis};
use contracts::RoomId;
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;

use super::frame::{self, Instance};
use crate::wire::Stored;

/// How many frames may wait for Redis. Beyond it they are dropped: who misses them finds the
/// messages in the database.
const QUEUE: usize = 8192;
/// How many frames go out at once.
const MAX_BATCH: usize = 512;

/// The way to the other instances. Publishing never waits.
#[derive(Clone)]
pub struct Publisher {
    own: Instance,
    queue: mpsc::Sender<(RoomId, Vec<u8>)>,
}

impl Publisher {
    /// Starts it.
    pub fn spawn(
        life: &Lifecycle,
        config: &RedisConfig,
        cache: &Cache,
    ) -> Result<Self, CacheError> {
        let (queue, frames) = mpsc::channel(QUEUE);
        let client = redis::Client::open(config.url.expose_secret())?;
        let redis = Line { client, timeout: config.timeout, connection: None };
        life.spawn("bridge-publisher", run(redis, cache.clone(), frames));
        Ok(Self { own: rand::random(), queue })
    }

    /// What tells this instance from the others.
    pub(super) const fn instance(&self) -> Instance {
        self.own
    }

    /// Tells of messages that are committed.
    pub fn publish(&self, room: RoomId, messages: &[Stored]) {
        self.put(room, frame::messages(self.own, messages));
    }

    /// Tells of something that is not stored.
    pub fn announce(&self, room: RoomId, json: &Bytes) {
        self.put(room, frame::news(self.own, json));
    }

    fn put(&self, room: RoomId, frame: Vec<u8>) {
        if self.queue.try_send((room, frame)).is_err() {
            metrics::counter!("chat_bridge_dropped_total").increment(1);
        }
    }
}

/// The connection that messages go out on. It is none of the pool's, where a connection is asked
/// whether it is there each time it is taken: that costs as much as publishing.
struct Line {
    client: redis::Client,
    timeout: Duration,
    connection: Option<MultiplexedConnection>,
}

impl Line {
    async fn send(&mut self, pipe: &redis::Pipeline) -> Result<(), RedisError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(self.timeout))
                    .set_response_timeout(Some(self.timeout));
                let client = &self.client;
                let made = client.get_multiplexed_async_connection_with_config(&config).await?;
                none.insert(made)
            }
        };
        let outcome = pipe.query_async(connection).await;
        if outcome.is_err() {
            self.connection = None;
        }
        outcome
    }
}

/// Publishes until nobody can any more: all that waits, by one request after the other.
async fn run(mut line: Line, cache: Cache, mut queue: mpsc::Receiver<(RoomId, Vec<u8>)>) {
    let mut frames = Vec::with_capacity(MAX_BATCH);
    let mut failed = false;
    while queue.recv_many(&mut frames, MAX_BATCH).await > 0 {
        let mut pipe = redis::Pipeline::with_capacity(frames.len());
        for (room, frame) in frames.drain(..) {
            pipe.publish(super::channel(&cache, room), frame).ignore();
        }
        let outcome = line.send(&pipe).await;
        if let Err(error) = &outcome
            && !failed
        {
            tracing::warn!(%error, "other instances are not told of messages");
        }
        failed = outcome.is_err();
    }
}
