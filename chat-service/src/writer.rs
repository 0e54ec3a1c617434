//! Stores what people say: all that arrived meanwhile by one transaction, for many rooms at once.
//!
//! Rooms are shared out among a few writers. A writer takes what waits in its queue, stores it, and
//! takes what has come meanwhile; so the more there is to do, the more is done by each commit. Only
//! after the commit is anybody told: the senders, the readers here, the other instances.
//!
//! Whether a sender may speak is decided in the transaction, which holds the room's row: whoever is
//! put out of the room in the same moment has either spoken before, or not at all.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::lifecycle::Lifecycle;
use contracts::{RoomId, UserId};
use tokio::sync::{mpsc, oneshot};

use crate::bridge::Publisher;
use crate::config::SendingConfig;
use crate::domain::{ClientMessageId, Content, MessageKey};
use crate::hub::Hub;

mod batch;
mod lane;
mod rate;
mod receipt;

use self::lane::Lane;
use self::rate::Rates;
pub use self::receipt::{Pending, Receipt, SendError};

/// Something somebody wants to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub sender: UserId,
    /// What the sender calls it. With a name it is stored once, however often it is sent.
    pub client_message_id: Option<ClientMessageId>,
    /// What.
    pub content: Content,
}

/// A draft on its way, and who waits for it.
#[derive(Debug)]
struct Job {
    draft: Draft,
    key: MessageKey,
    done: oneshot::Sender<Result<Receipt, SendError>>,
}

/// The way to the writers. They end when nobody has one any more and all is stored.
#[derive(Clone)]
pub struct Writer(Arc<Inner>);

struct Inner {
    lanes: Vec<mpsc::Sender<Job>>,
    rates: Rates,
    clock: Clock,
}

impl Writer {
    /// Starts the writers.
    #[must_use]
    pub fn spawn(
        life: &Lifecycle,
        config: &SendingConfig,
        db: &Db,
        clock: &Clock,
        hub: &Hub,
        publisher: &Publisher,
    ) -> Self {
        let capacity = (config.queue / config.writers).max(1);
        let lanes = (0..config.writers).map(|_| {
            let (entry, exit) = mpsc::channel(capacity);
            let lane = Lane {
                db: db.clone(),
                clock: clock.clone(),
                hub: hub.clone(),
                publisher: publisher.clone(),
                patience: config.patience,
            };
            life.spawn("writer", lane.run(exit));
            entry
        });
        let lanes = lanes.collect();
        Self(Arc::new(Inner { lanes, rates: Rates::new(config), clock: clock.clone() }))
    }

    /// Takes a draft. Those of one room are stored in the order in which they were taken; while the
    /// queue is full, this waits.
    pub async fn post(&self, draft: Draft) -> Result<Pending, SendError> {
        let key = match &draft.client_message_id {
            Some(name) => MessageKey::named(draft.room, draft.sender, name),
            None => MessageKey::unnamed(),
        };
        self.post_as(draft, key).await
    }

    /// Takes a draft whose sender says by other means whether it is the same as another one.
    pub async fn post_as(&self, draft: Draft, key: MessageKey) -> Result<Pending, SendError> {
        self.0.rates.take(draft.sender, self.0.clock.now())?;
        let (done, outcome) = oneshot::channel();
        let lane = self.lane_of(draft.room).ok_or(SendError::Unavailable)?;
        lane.send(Job { draft, key, done }).await.map_err(|_| SendError::Unavailable)?;
        Ok(Pending(outcome))
    }

    fn lane_of(&self, room: RoomId) -> Option<&mpsc::Sender<Job>> {
        let mut hash = DefaultHasher::new();
        room.hash(&mut hash);
        let lanes = u64::try_from(self.0.lanes.len()).ok()?;
        self.0.lanes.get(usize::try_from(hash.finish() % lanes).ok()?)
    }
}
