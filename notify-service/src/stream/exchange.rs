//! Instances tell each other through Redis what is new.
//!
//! There is one channel, and every instance hears everything and drops what is for nobody here: a
//! notice for a thousand people is one message, and opening a stream needs no word to Redis. What
//! gets lost on the way is noticed, and read from the database.

use std::sync::Arc;
use std::time::Duration;

use chassis::redis::{Cache, CacheError, redis};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::batch::Batch;
use super::hub::Hub;

const CHANNEL: &str = "notifications";
/// How much is published at once.
const AT_ONCE: usize = 256;
/// How long to wait before the cache is tried again.
const PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(2);

/// Publishes what is new here until told to stop.
pub(super) async fn publish(
    cache: Cache,
    mut outgoing: mpsc::Receiver<Vec<u8>>,
    stopping: CancellationToken,
) {
    let channel = cache.key(CHANNEL);
    let mut messages = Vec::new();
    loop {
        tokio::select! {
            biased;
            // What is still to be said when the instance stops is said.
            _ = outgoing.recv_many(&mut messages, AT_ONCE) => {}
            () = stopping.cancelled() => return,
        }
        if messages.is_empty() {
            return;
        }
        let mut pipe = redis::pipe();
        for message in messages.drain(..) {
            pipe.publish(&channel, message).ignore();
        }
        let mut was_away = false;
        while let Err(error) = cache.run(async |conn| pipe.query_async::<()>(conn).await).await {
            if !std::mem::replace(&mut was_away, true) {
                tracing::warn!(%error, "other instances are not told what is new: {error}");
            }
            // Saying it twice is harmless.
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// Hears what is new elsewhere.
pub(super) struct Listener {
    pub(super) cache: Cache,
    pub(super) hub: Hub,
    /// This instance.
    pub(super) id: Uuid,
    /// Tells the sweep whether this hears anything.
    pub(super) is_listening: Arc<watch::Sender<bool>>,
}

impl Listener {
    /// Listens until told to stop; connects again for ever.
    pub(super) async fn run(self, stopping: CancellationToken) {
        let mut pause = PAUSE;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                heard = self.listen() => {
                    if self.is_listening.send_replace(false) {
                        pause = PAUSE;
                    }
                    match heard {
                        Ok(()) => tracing::warn!("what is new elsewhere is not heard any more"),
                        Err(error) => {
                            tracing::warn!(%error, "what is new elsewhere is not heard: {error}");
                        }
                    }
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(MAX_PAUSE),
            }
        }
    }

    /// Listens until the connection is lost.
    async fn listen(&self) -> Result<(), CacheError> {
        let mut subscription = self.cache.subscribe(&self.cache.key(CHANNEL)).await?;
        // What was said before this moment was not heard: the sweep looks after it.
        self.is_listening.send_replace(true);
        let mut messages = subscription.on_message();
        while let Some(message) = messages.next().await {
            match Batch::decode(message.get_payload_bytes()) {
                Some((from, _)) if from == self.id => {}
                Some((_, batch)) => self.hub.deliver(batch),
                None => tracing::warn!("another instance says what this one does not understand"),
            }
        }
        Ok(())
    }
}
