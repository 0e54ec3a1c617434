//! The way from the hub to a shard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use contracts::RoomId;
use tokio::sync::mpsc;

use crate::wire::Stored;

/// How many deliveries may wait for a shard.
const CAPACITY: usize = 8192;

/// Which shard of this instance.
pub(super) type ShardId = usize;

/// Something for the subscribers of a room.
#[derive(Clone, Debug)]
pub(super) enum Delivery {
    /// Messages, in order.
    Messages(RoomId, Arc<[Stored]>),
    /// News that is not stored.
    News(RoomId, Bytes),
}

/// Where a shard gets its deliveries. Putting never waits: a shard that lets this many pile up has
/// lost touch, and what does not fit any more is noted as lost.
#[derive(Clone)]
pub(super) struct PostBox {
    id: ShardId,
    entry: mpsc::Sender<Delivery>,
    lost: Arc<AtomicBool>,
}

/// The shard's side of it.
pub(super) struct Post {
    exit: mpsc::Receiver<Delivery>,
    lost: Arc<AtomicBool>,
}

impl PostBox {
    pub(super) fn new(id: ShardId) -> (Self, Post) {
        let (entry, exit) = mpsc::channel(CAPACITY);
        let lost = Arc::new(AtomicBool::new(false));
        (Self { id, entry, lost: lost.clone() }, Post { exit, lost })
    }

    pub(super) const fn id(&self) -> ShardId {
        self.id
    }

    pub(super) fn put(&self, delivery: Delivery) {
        if self.entry.try_send(delivery).is_err() {
            self.lost.store(true, Ordering::Release);
        }
    }
}

impl Post {
    /// Waits for something and takes all there is; says whether there will be more.
    pub(super) async fn take(&mut self, into: &mut Vec<Delivery>) -> bool {
        self.exit.recv_many(into, CAPACITY).await > 0
    }

    /// Whether something was lost since this was last asked.
    pub(super) fn has_lost(&self) -> bool {
        self.lost.swap(false, Ordering::AcqRel)
    }
}
