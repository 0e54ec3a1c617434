//! Tells of messages that a transaction stored which is not the writer's: an event about the party,
//! or a request that changes the room.
//!
//! The transaction notes the room before its commit. The herald then reads the room under a shared
//! lock, which waits for that commit, and tells what is new there. If the process dies in between,
//! the other instances find it when they next look how far their rooms are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chassis::db::{Db, DbError};
use chassis::lifecycle::Lifecycle;
use contracts::RoomId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::bridge::Publisher;
use crate::hub::Hub;
use crate::store::{messages, rooms};

/// The most messages that one transaction of these stores: a notice for each member and some more.
const AT_ONCE: u32 = 500;

/// Where transactions note rooms.
#[derive(Clone, Default)]
pub struct Herald(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Rooms with something new, and the `seq` before it.
    noted: Mutex<BTreeMap<RoomId, u64>>,
    committed: Notify,
}

impl Herald {
    /// Notes that the transaction under way stores messages in a room whose last `seq` was this.
    pub fn note(&self, room: RoomId, last_seq: u64) {
        let mut noted = self.0.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.entry(room).and_modify(|seq| *seq = last_seq.min(*seq)).or_insert(last_seq);
    }

    /// A transaction that may have noted something has been committed.
    pub fn committed(&self) {
        self.0.committed.notify_one();
    }

    /// Starts it.
    pub fn spawn(&self, life: &Lifecycle, db: &Db, hub: &Hub, publisher: &Publisher) {
        let (herald, db) = (self.clone(), db.clone());
        let (hub, publisher) = (hub.clone(), publisher.clone());
        life.spawn("herald", herald.run(db, hub, publisher, life.stopping()));
    }

    async fn run(self, db: Db, hub: Hub, publisher: Publisher, stopping: CancellationToken) {
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.0.committed.notified() => {}
            }
            let noted =
                std::mem::take(&mut *self.0.noted.lock().unwrap_or_else(PoisonError::into_inner));
            for (room, last_seq) in noted {
                if let Err(error) = tell(&db, &hub, &publisher, room, last_seq).await {
                    tracing::warn!(%error, room.id = %room, "news of room {room} will come late");
                }
            }
        }
    }
}

async fn tell(
    db: &Db,
    hub: &Hub,
    publisher: &Publisher,
    room: RoomId,
    last_seq: u64,
) -> Result<(), DbError> {
    let conn = &mut *db.conn().await?;
    if rooms::settled_seq(conn, room).await? > Some(last_seq) {
        let news = messages::after(conn, room, last_seq, AT_ONCE).await?;
        hub.deliver(room, &news);
        publisher.publish(room, &news);
    }
    Ok(())
}
