//! Tells the other instances what was stored here.

use bytes::Bytes;
use chassis::lifecycle::Lifecycle;
use chassis::redis::{Cache, redis};
use contracts::RoomId;
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
    #[must_use]
    pub fn spawn(life: &Lifecycle, cache: &Cache) -> Self {
        let (queue, frames) = mpsc::channel(QUEUE);
        life.spawn("bridge-publisher", run(cache.clone(), frames));
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

/// Publishes until nobody can any more: all that waits, by one request after the other.
async fn run(cache: Cache, mut queue: mpsc::Receiver<(RoomId, Vec<u8>)>) {
    let mut frames = Vec::with_capacity(MAX_BATCH);
    let mut failed = false;
    while queue.recv_many(&mut frames, MAX_BATCH).await > 0 {
        let mut pipe = redis::pipe();
        for (room, frame) in frames.drain(..) {
            pipe.publish(super::channel(&cache, room), frame).ignore();
        }
        let outcome = cache.run(async |conn| pipe.query_async::<()>(conn).await).await;
        if let Err(error) = &outcome
            && !failed
        {
            tracing::warn!(%error, "other instances are not told of messages");
        }
        failed = outcome.is_err();
    }
}
