//! Hears what was stored elsewhere.

use std::collections::HashSet;
use std::time::Duration;

use chassis::db::{Db, DbError};
use chassis::redis::Cache;
use contracts::RoomId;
use tokio_util::sync::CancellationToken;

use super::ear::{Deaf, Ear, Sound};
use super::frame::{self, Instance, Said};
use super::interest::Interest;
use super::{Listening, channel, look};
use crate::hub::Hub;

/// The pause before connecting again.
const PAUSE: Duration = Duration::from_millis(200);
/// How many rooms one request subscribes to.
const AT_ONCE: usize = 1000;

pub(super) struct Listener {
    pub(super) db: Db,
    pub(super) cache: Cache,
    pub(super) hub: Hub,
    pub(super) interest: Interest,
    /// What this instance says comes back to it, and is known already.
    pub(super) own: Instance,
    pub(super) listening: Listening,
}

impl Listener {
    /// Listens until told to stop; connects again for ever.
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
        match self.try_listen().await {
            Ok(never) => match never {},
            Err(deaf) => deaf,
        }
    }

    async fn try_listen(&self) -> Result<std::convert::Infallible, Deaf> {
        let mut ear = Ear::open(&self.cache).await?;
        let mut heard = HashSet::new();
        self.follow_interest(&mut ear, &mut heard).await?;
        self.listening.set(true);
        loop {
            tokio::select! {
                sound = ear.next() => match sound? {
                    Sound::Said(channel, frame) => self.take(&channel, frame),
                    Sound::Lost(channel) => {
                        if let Some(room) = room(&channel) && heard.remove(&room) {
                            self.follow_interest(&mut ear, &mut heard).await?;
                        }
                    }
                },
                () = self.interest.changed() => {
                    self.follow_interest(&mut ear, &mut heard).await?;
                }
            }
        }
    }

    /// Subscribes to what is wanted and to nothing else. What was said before the subscription is
    /// looked for after it, so that nothing falls in between.
    async fn follow_interest(
        &self,
        ear: &mut Ear,
        heard: &mut HashSet<RoomId>,
    ) -> Result<(), Deaf> {
        let (wanted, unwanted) = self.interest.compare(heard);
        for rooms in unwanted.chunks(AT_ONCE) {
            ear.leave(&self.channels(rooms)).await?;
            for room in rooms {
                heard.remove(room);
            }
        }
        for rooms in wanted.chunks(AT_ONCE) {
            ear.listen_to(&self.channels(rooms)).await?;
            heard.extend(rooms);
            tokio::spawn(catch_up(self.db.clone(), self.hub.clone(), rooms.to_vec()));
        }
        Ok(())
    }

    fn channels(&self, rooms: &[RoomId]) -> Vec<String> {
        rooms.iter().map(|room| channel(&self.cache, *room)).collect()
    }

    fn take(&self, channel: &str, frame: Vec<u8>) {
        let Some(room) = room(channel) else { return };
        match frame::read(self.own, frame) {
            Some(Said::Messages(messages)) => self.hub.deliver(room, &messages),
            Some(Said::News(news)) => {
                for json in news {
                    self.hub.announce(room, json);
                }
            }
            Some(Said::UpTo(seq)) => self.hub.advance(room, seq),
            None => {}
        }
    }
}

/// The room of a channel.
fn room(channel: &str) -> Option<RoomId> {
    channel.rsplit(':').next()?.parse().ok()
}

async fn catch_up(db: Db, hub: Hub, rooms: Vec<RoomId>) {
    let outcome: Result<(), DbError> = look::compare(&db, &hub, &rooms).await;
    if let Err(error) = outcome {
        tracing::warn!(%error, "it is not known how far some rooms are");
    }
}
