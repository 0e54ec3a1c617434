//! Tells the other instances what was stored here.

use bytes::Bytes;
use chassis::lifecycle::Lifecycle;
use chassis::redis::redis::cluster_async::ClusterConnection;
use chassis::redis::redis::{AsyncCommands as _, Pipeline, RedisError};
use chassis::redis::{Cache, CacheError, Connection};
use contracts::RoomId;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::frame::{self, Instance};
use crate::wire::Stored;

/// How many frames may wait for Redis. Beyond it they are dropped: who misses them finds the
/// messages in the database.
const QUEUE: usize = 8192;
/// How many frames go out at once.
const MAX_BATCH: usize = 512;
/// How many frames may be on their way to a cluster.
const MAX_ON_THEIR_WAY: usize = 1024;

/// The way to the other instances. Publishing never waits.
#[derive(Clone)]
pub struct Publisher {
    own: Instance,
    queue: mpsc::Sender<Frame>,
}

/// What is to be said in which room.
type Frame = (RoomId, Vec<u8>);

impl Publisher {
    /// Starts it.
    #[must_use]
    pub fn spawn(life: &Lifecycle, cache: &Cache) -> Self {
        let (queue, frames) = mpsc::channel(QUEUE);
        let speaker = Speaker { cache: cache.clone(), failed: false };
        life.spawn("bridge-publisher", speaker.run(frames));
        Self { own: rand::random(), queue }
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

/// Passes on what waits, as long as there is anybody who may have something to say.
struct Speaker {
    cache: Cache,
    /// Whether the last frame was lost. Each outage is told once.
    failed: bool,
}

impl Speaker {
    async fn run(mut self, mut queue: mpsc::Receiver<Frame>) {
        let mut frames = Vec::with_capacity(MAX_BATCH);
        while queue.recv_many(&mut frames, MAX_BATCH).await > 0 {
            match self.cache.connect().await {
                Ok(Connection::Cluster(cluster)) => {
                    return self.speak_to_shards(cluster, frames, queue).await;
                }
                Ok(mut server) => {
                    self.speak_to_server(&mut server, &mut frames, &mut queue).await;
                }
                Err(error) => self.note(&Err(error)),
            }
            frames.clear();
        }
    }

    /// Publishes until it fails, or there is nothing more to come: all that waits, by one request
    /// after the other.
    async fn speak_to_server(
        &mut self,
        server: &mut Connection,
        frames: &mut Vec<Frame>,
        queue: &mut mpsc::Receiver<Frame>,
    ) {
        loop {
            let mut pipe = Pipeline::with_capacity(frames.len());
            for (room, frame) in frames.drain(..) {
                pipe.publish(super::channel(&self.cache, room), frame).ignore();
            }
            let outcome = pipe.query_async::<()>(server).await.map_err(CacheError::from);
            self.note(&outcome);
            if outcome.is_err() || queue.recv_many(frames, MAX_BATCH).await == 0 {
                return;
            }
        }
    }

    /// Publishes to the nodes that the rooms belong to. A node that is away holds up only what is
    /// for it; the connection finds back to it, or to its successor, by itself.
    async fn speak_to_shards(
        &mut self,
        cluster: ClusterConnection,
        first: Vec<Frame>,
        mut queue: mpsc::Receiver<Frame>,
    ) {
        let mut on_their_way = FuturesUnordered::new();
        for (room, frame) in first {
            on_their_way.push(say(cluster.clone(), super::channel(&self.cache, room), frame));
        }
        loop {
            tokio::select! {
                next = queue.recv(), if on_their_way.len() < MAX_ON_THEIR_WAY => {
                    let Some((room, frame)) = next else { break };
                    let channel = super::channel(&self.cache, room);
                    on_their_way.push(say(cluster.clone(), channel, frame));
                }
                Some(outcome) = on_their_way.next() => {
                    self.note(&outcome.map_err(CacheError::from));
                }
            }
        }
        while on_their_way.next().await.is_some() {}
    }

    fn note(&mut self, outcome: &Result<(), CacheError>) {
        if let Err(error) = outcome
            && !self.failed
        {
            tracing::warn!(%error, "other instances are not told of messages");
        }
        self.failed = outcome.is_err();
    }
}

async fn say(
    mut cluster: ClusterConnection,
    channel: String,
    frame: Vec<u8>,
) -> Result<(), RedisError> {
    cluster.spublish(channel, frame).await
}
