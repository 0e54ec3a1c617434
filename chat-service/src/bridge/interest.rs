//! Which rooms are watched by somebody who is connected here.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::RoomId;
use tokio::sync::Notify;

/// The rooms that this instance wants to hear of.
#[derive(Clone, Default)]
pub struct Interest(Arc<Inner>);

#[derive(Default)]
struct Inner {
    rooms: Mutex<HashSet<RoomId>>,
    changed: Notify,
}

impl Interest {
    /// Somebody here watches this room.
    pub fn watch(&self, room: RoomId) {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner).insert(room);
        self.0.changed.notify_one();
    }

    /// Nobody here watches this room any more.
    pub fn unwatch(&self, room: RoomId) {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner).remove(&room);
        self.0.changed.notify_one();
    }

    /// Resolves when it may be others than when it was last looked at.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// What is to be listened to beside, and what no longer, if these are listened to.
    pub(super) fn compare(&self, heard: &HashSet<RoomId>) -> (Vec<RoomId>, Vec<RoomId>) {
        let rooms = self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = rooms.difference(heard).copied().collect();
        (wanted, heard.difference(&rooms).copied().collect())
    }
}
