//! Tells the other instances what was stored here.

use std::time::Duration;

use bytes::Bytes;
use chassis::lifecycle::Lifecycle;
use chassis::redis::redis::cluster_async::ClusterConnection;
use chassis::redis::redis::{AsyncCommands as _, Pipeline, RedisError};
use chassis::redis::{Cache, CacheError, Connection};
use contracts::RoomId;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::frame::{self, Instance};
use super::owed::Owed;
use crate::wire::Stored;

/// How many frames may wait for Redis. Beyond it they are dropped, and the rooms owed.
const QUEUE: usize = 8192;
/// How many frames go out at once.
const MAX_BATCH: usize = 512;
/// How many frames may be on their way to a cluster.
const MAX_ON_THEIR_WAY: usize = 1024;
/// The pause before it is tried again to tell what is owed.
const PAUSE: Duration = Duration::from_millis(200);
/// How often an outage is written down: some nodes of a cluster may answer all the time.
const WARN_EVERY: Duration = Duration::from_secs(10);

/// The way to the other instances. Publishing never waits.
#[derive(Clone)]
pub struct Publisher {
    own: Instance,
    queue: mpsc::Sender<Frame>,
    owed: Owed,
}

/// What is to be said in a room.
struct Frame {
    room: RoomId,
    /// Its last message, if any of it is stored.
    seq: Option<u64>,
    bytes: Vec<u8>,
}

impl Frame {
    /// Nobody was told. What is not stored cannot be made up for.
    fn owe(&self, owed: &Owed) {
        if let Some(seq) = self.seq {
            owed.add(self.room, seq);
        }
    }
}

impl Publisher {
    /// Starts it.
    #[must_use]
    pub fn spawn(life: &Lifecycle, cache: &Cache) -> Self {
        let (queue, frames) = mpsc::channel(QUEUE);
        let (own, owed) = (rand::random(), Owed::default());
        let speaker = Speaker { own, cache: cache.clone(), owed: owed.clone(), warned: None };
        life.spawn("bridge-publisher", speaker.run(frames));
        Self { own, queue, owed }
    }

    /// What tells this instance from the others.
    pub(super) const fn instance(&self) -> Instance {
        self.own
    }

    /// Tells of messages that are committed.
    pub fn publish(&self, room: RoomId, messages: &[Stored]) {
        let seq = messages.last().map(|message| message.seq);
        self.put(Frame { room, seq, bytes: frame::messages(self.own, messages) });
    }

    /// Tells of something that is not stored.
    pub fn announce(&self, room: RoomId, json: &Bytes) {
        self.put(Frame { room, seq: None, bytes: frame::news(self.own, json) });
    }

    fn put(&self, frame: Frame) {
        if let Err(dropped) = self.queue.try_send(frame) {
            metrics::counter!("chat_bridge_dropped_total").increment(1);
            dropped.into_inner().owe(&self.owed);
        }
    }
}

/// Passes on what waits, as long as there is anybody who may have something to say.
struct Speaker {
    own: Instance,
    cache: Cache,
    /// What could not be said.
    owed: Owed,
    /// When it was last said that this fails.
    warned: Option<Instant>,
}

impl Speaker {
    async fn run(mut self, mut queue: mpsc::Receiver<Frame>) {
        let mut frames = Vec::with_capacity(MAX_BATCH);
        while self.wait(&mut queue, &mut frames).await {
            match self.cache.connect().await {
                Ok(Connection::Cluster(cluster)) => {
                    return self.speak_to_shards(cluster, frames, queue).await;
                }
                Ok(mut server) => {
                    self.speak_to_server(&mut server, &mut frames, &mut queue).await;
                }
                Err(error) => self.owe(&frames, &error),
            }
            frames.clear();
        }
    }

    /// Waits for something to say. False if there is nothing more to come.
    async fn wait(&self, queue: &mut mpsc::Receiver<Frame>, frames: &mut Vec<Frame>) -> bool {
        tokio::select! {
            count = queue.recv_many(frames, MAX_BATCH) => if count == 0 { return false },
            () = tokio::time::sleep(PAUSE), if !self.owed.is_empty() => {}
        }
        frames.extend(self.reminders(MAX_BATCH));
        true
    }

    /// Some of what is owed.
    fn reminders(&self, at_most: usize) -> impl Iterator<Item = Frame> {
        let (own, owed) = (self.own, self.owed.take(at_most));
        owed.into_iter().map(move |(room, seq)| Frame {
            room,
            seq: Some(seq),
            bytes: frame::reminder(own, seq),
        })
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
            for Frame { room, bytes, .. } in &*frames {
                pipe.publish(super::channel(&self.cache, *room), bytes.as_slice()).ignore();
            }
            if let Err(error) = pipe.query_async::<()>(server).await {
                return self.owe(frames, &error.into());
            }
            frames.clear();
            if !self.wait(queue, frames).await {
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
        // A pause that began anew with each frame would not end while there are frames.
        let mut again = interval(PAUSE);
        again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut on_their_way = FuturesUnordered::new();
        let cache = self.cache.clone();
        let say = |frame: Frame| say(cluster.clone(), super::channel(&cache, frame.room), frame);
        on_their_way.extend(first.into_iter().map(say));
        loop {
            let room_for = MAX_ON_THEIR_WAY.saturating_sub(on_their_way.len());
            tokio::select! {
                next = queue.recv(), if room_for > 0 => {
                    let Some(frame) = next else { break };
                    on_their_way.push(say(frame));
                }
                _ = again.tick(), if room_for > 0 && !self.owed.is_empty() => {
                    on_their_way.extend(self.reminders(room_for).map(say));
                }
                Some((frame, outcome)) = on_their_way.next() => if let Err(error) = outcome {
                    self.owe(&[frame], &error.into());
                },
            }
        }
        while on_their_way.next().await.is_some() {}
    }

    /// These frames could not be said.
    fn owe(&mut self, frames: &[Frame], error: &CacheError) {
        if self.warned.is_none_or(|at| at.elapsed() > WARN_EVERY) {
            tracing::warn!(%error, "other instances are not told of messages");
            self.warned = Some(Instant::now());
        }
        for frame in frames {
            frame.owe(&self.owed);
        }
    }
}

async fn say(
    mut cluster: ClusterConnection,
    channel: String,
    frame: Frame,
) -> (Frame, Result<(), RedisError>) {
    let outcome = cluster.spublish(channel, frame.bytes.as_slice()).await;
    (frame, outcome)
}
