//! Tells others who comes and goes.

use std::time::Duration;

use chassis::db::Db;
use chassis::redis::redis;
use contracts::{RoomId, UserId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Presence;
use crate::bridge::Publisher;
use crate::hub::Hub;
use crate::store::people;
use crate::wire::{Coming, PresenceView};

/// How often an instance says again who is there.
const REPEAT_EVERY: Duration = Duration::from_secs(20);

/// Tells others who comes and goes.
pub(super) struct Teller {
    pub(super) presence: Presence,
    pub(super) db: Db,
    pub(super) hub: Hub,
    pub(super) publisher: Publisher,
}

impl Teller {
    /// Works until the service stops.
    pub(super) async fn run(
        self,
        mut queue: mpsc::Receiver<(RoomId, UserId, Coming)>,
        stopping: CancellationToken,
    ) {
        let mut again = tokio::time::interval(REPEAT_EVERY);
        loop {
            let outcome = tokio::select! {
                () = stopping.cancelled() => break,
                _ = again.tick() => self.presence.repeat().await.map_err(anyhow::Error::from),
                Some((room, user, coming)) = queue.recv() => self.tell(room, user, coming).await,
            };
            if let Err(error) = outcome {
                tracing::debug!("presence is not known elsewhere: {error}");
            }
        }
        // Those who were here are connecting elsewhere already.
        if let Err(error) = self.presence.forget().await {
            tracing::debug!("presence is known for too long elsewhere: {error}");
        }
    }

    /// Notes it, and tells it unless the same person is connected to the room elsewhere too.
    async fn tell(&self, room: RoomId, user: UserId, coming: Coming) -> anyhow::Result<()> {
        let presence = &self.presence;
        let key = presence.key(room);
        let mut pipe = redis::pipe();
        match coming {
            Coming::Join => presence.note(&mut pipe, room, &[user]),
            Coming::Leave => {
                pipe.zrem(&key, presence.entry(user)).ignore();
            }
        }
        pipe.zrangebyscore(&key, presence.clock.now().timestamp_millis(), "+inf");
        let (entries,): (Vec<String>,) =
            presence.cache.run(async |conn| pipe.query_async(conn).await).await?;
        let own = presence.entry(user);
        let mark = format!("{user}:");
        if entries.iter().any(|entry| entry.starts_with(&mark) && *entry != own) {
            return Ok(());
        }
        let person = people::shown(&mut *self.db.conn().await?, &[user]).await?;
        let Some(person) = person.get(&user) else { return Ok(()) };
        let json = PresenceView::new(room, person, coming, presence.clock.now()).encode();
        self.publisher.announce(room, &json);
        self.hub.announce(room, json);
        Ok(())
    }
}
