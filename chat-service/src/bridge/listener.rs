//! Hears what was stored elsewhere.

use std::collections::HashSet;
use std::time::Duration;

use chassis::db::{Db, DbError};
use chassis::redis::redis::aio::PubSubSink;
use chassis::redis::redis::{Msg, RedisError};
use chassis::redis::{Cache, CacheError};
use contracts::RoomId;
use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::frame::{self, Instance, Said};
use super::interest::Interest;
use super::{Listening, channel, look};
use crate::hub::Hub;

/// The pause before connecting again.
const PAUSE: Duration = Duration::from_millis(200);
/// How many rooms one request subscribes to.
const AT_ONCE: usize = 1000;
/// A connection needs a channel to begin with, and nobody says anything there.
const QUIET: &str = "chat:quiet";

pub(super) struct Listener {
    pub(super) db: Db,
    pub(super) cache: Cache,
    pub(super) hub: Hub,
    pub(super) interest: Interest,
    /// What this instance says comes back to it, and is known already.
    pub(super) own: Instance,
    pub(super) listening: Listening,
}

/// Why listening ended.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("a room cannot be listened to: {0}")]
    Command(#[from] RedisError),
    #[error("the cache did not answer in time")]
    Timeout,
    #[error("the connection was closed")]
    Closed,
}

impl Listener {
    /// Listens until the service stops; connects again for ever.
    pub(super) async fn run(self, stopping: CancellationToken) {
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                deaf = self.listen() => {
                    if self.listening.get() {
                        tracing::warn!("messages of other instances are not heard: {deaf}");
                    }
                    self.listening.set(false);
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// From connecting until the connection is lost.
    async fn listen(&self) -> Deaf {
        let (mut sink, mut messages) = match self.cache.subscribe(&self.cache.key(QUIET)).await {
            Ok(connection) => connection.split(),
            Err(error) => return error.into(),
        };
        let mut heard = HashSet::new();
        if let Err(error) = self.follow_interest(&mut sink, &mut heard).await {
            return error;
        }
        self.listening.set(true);
        loop {
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => self.take(&message),
                    None => return Deaf::Closed,
                },
                () = self.interest.changed() => {
                    if let Err(error) = self.follow_interest(&mut sink, &mut heard).await {
                        return error;
                    }
                }
            }
        }
    }

    /// Subscribes to what is wanted and to nothing else. What was said before the subscription is
    /// looked for after it, so that nothing falls in between.
    async fn follow_interest(
        &self,
        sink: &mut PubSubSink,
        heard: &mut HashSet<RoomId>,
    ) -> Result<(), Deaf> {
        let (wanted, unwanted) = self.interest.compare(heard);
        for rooms in unwanted.chunks(AT_ONCE) {
            let channels: Vec<String> = rooms.iter().map(|r| channel(&self.cache, *r)).collect();
            in_time(sink.unsubscribe(channels)).await?;
            for room in rooms {
                heard.remove(room);
            }
        }
        for rooms in wanted.chunks(AT_ONCE) {
            let channels: Vec<String> = rooms.iter().map(|r| channel(&self.cache, *r)).collect();
            in_time(sink.subscribe(channels)).await?;
            heard.extend(rooms);
            tokio::spawn(catch_up(self.db.clone(), self.hub.clone(), rooms.to_vec()));
        }
        Ok(())
    }

    fn take(&self, message: &Msg) {
        let name = message.get_channel_name();
        let Some(room) = name.rsplit(':').next().and_then(|id| id.parse().ok()) else { return };
        match frame::read(self.own, message.get_payload_bytes().to_vec()) {
            Some(Said::Messages(messages)) => self.hub.deliver(room, &messages),
            Some(Said::News(news)) => {
                for json in news {
                    self.hub.announce(room, json);
                }
            }
            None => {}
        }
    }
}

async fn in_time(command: impl Future<Output = Result<(), RedisError>>) -> Result<(), Deaf> {
    const PATIENCE: Duration = Duration::from_secs(5);
    tokio::time::timeout(PATIENCE, command).await.map_err(|_| Deaf::Timeout)?.map_err(Deaf::from)
}

async fn catch_up(db: Db, hub: Hub, rooms: Vec<RoomId>) {
    let outcome: Result<(), DbError> = look::compare(&db, &hub, &rooms).await;
    if let Err(error) = outcome {
        tracing::warn!(%error, "it is not known how far some rooms are");
    }
}
