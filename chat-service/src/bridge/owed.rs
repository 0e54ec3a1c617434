//! How far rooms are of which the other instances were not told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::RoomId;

/// For how many rooms that is remembered. Of more, others learn when they look at the database.
const MAX_ROOMS: usize = 16_384;

/// What the other instances have still to be told: that a room has messages up to a number. The
/// messages themselves are in the database.
#[derive(Clone, Default)]
pub(super) struct Owed(Arc<Mutex<HashMap<RoomId, u64>>>);

impl Owed {
    /// Nobody was told of this message, nor of those before it perhaps.
    pub(super) fn add(&self, room: RoomId, seq: u64) {
        let mut rooms = self.rooms();
        if let Some(known) = rooms.get_mut(&room) {
            *known = seq.max(*known);
        } else if rooms.len() < MAX_ROOMS {
            rooms.insert(room, seq);
        }
        count(&rooms);
    }

    /// Takes out some, to tell them now.
    pub(super) fn take(&self, at_most: usize) -> Vec<(RoomId, u64)> {
        let mut rooms = self.rooms();
        if rooms.is_empty() {
            return Vec::new();
        }
        let some: Vec<_> = rooms.iter().take(at_most).map(|(room, seq)| (*room, *seq)).collect();
        for (room, _) in &some {
            rooms.remove(room);
        }
        count(&rooms);
        some
    }

    /// Whether everything was told.
    pub(super) fn is_empty(&self) -> bool {
        self.rooms().is_empty()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(rooms: &HashMap<RoomId, u64>) {
    let count = u32::try_from(rooms.len()).unwrap_or(u32::MAX);
    metrics::gauge!("chat_bridge_owed_rooms").set(count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_of_a_room_says_it_all() {
        let (owed, room) = (Owed::default(), RoomId::new());
        assert!(owed.is_empty());
        for seq in [2, 5, 3] {
            owed.add(room, seq);
        }
        assert_eq!(owed.take(10), [(room, 5)]);
        assert!(owed.is_empty());
    }

    #[test]
    fn no_more_is_taken_than_can_be_told_and_the_rest_stays() {
        let owed = Owed::default();
        for _ in 0..5 {
            owed.add(RoomId::new(), 1);
        }
        assert_eq!((owed.take(3).len(), owed.take(3).len(), owed.take(3).len()), (3, 2, 0));
    }

    #[test]
    fn there_is_an_end_to_what_is_remembered() {
        let (owed, first) = (Owed::default(), RoomId::new());
        owed.add(first, 1);
        for _ in 0..MAX_ROOMS {
            owed.add(RoomId::new(), 1);
        }
        owed.add(first, 2);
        let all = owed.take(usize::MAX);
        assert_eq!(all.len(), MAX_ROOMS);
        assert!(all.contains(&(first, 2)));
    }
}
