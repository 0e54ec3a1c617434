//! Hands messages to those who are connected here, each room in its order and without a gap.
//!
//! Messages come from the writer (stored here), the bridge (stored elsewhere) and the database (what
//! neither of them could bring). For each room that somebody here watches, a [`Line`] puts them in
//! order: what is early waits, what was handed on already is dropped, and what does not come within
//! a moment is fetched ([`repair`]).
//!
//! Connections live on the threads of the server, and each thread has a [`Shard`]: the subscribers
//! of its connections. A batch of messages is sent to each shard once; the shard encodes it once
//! for all subscribers who are to get the same bytes, and writes it to their sockets itself,
//! without waking anybody.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chassis::db::Db;
use contracts::{RoomId, UserId};

use crate::bridge::Interest;
use crate::presence::Presence;
use crate::wire::Stored;

mod line;
mod local_room;
mod post_box;
mod repair;
mod replay;
mod room;
mod shard;
mod subscription;

use self::post_box::{Delivery, PostBox, ShardId};
use self::room::Room;
pub(crate) use self::shard::Shard;
pub(crate) use self::subscription::{Reader, Subscription};

/// The connections of this instance. Cloning shares them.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Db,
    interest: Interest,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The rooms that somebody here watches.
    rooms: HashMap<RoomId, Room>,
    shards: Vec<PostBox>,
}

impl Hub {
    /// A hub without connections.
    #[must_use]
    pub fn new(db: Db, interest: Interest) -> Self {
        Self(Arc::new(Inner { db, interest, state: Mutex::default() }))
    }

    /// Hands on messages of a room, in ascending order. They may come again, and some may be
    /// missing in between: those are fetched. Needs a runtime, and never waits.
    pub fn deliver(&self, room: RoomId, messages: &[Stored]) {
        self.with_room(room, |known, shards| {
            let ready = known.line.offer(messages);
            known.hand_on(room, ready, shards);
        });
    }

    /// There are messages up to `last_seq` in this room; those that are missing here are fetched.
    /// Needs a runtime, and never waits.
    pub fn advance(&self, room: RoomId, last_seq: u64) {
        self.with_room(room, |known, _| known.line.expect(last_seq));
    }

    /// Hands on news that is not stored.
    pub fn announce(&self, room: RoomId, json: Bytes) {
        self.with_room(room, |known, shards| {
            if known.is_small() {
                known.post(shards, &Delivery::News(room, json));
            }
        });
    }

    /// The rooms that somebody here watches, and how far they were handed on.
    #[must_use]
    pub fn watched(&self) -> Vec<(RoomId, u64)> {
        let state = self.state();
        state.rooms.iter().map(|(id, room)| (*id, room.line.position())).collect()
    }

    /// Somebody on this shard wants to watch a room. From now on its messages are sent there.
    fn watch(&self, shard: ShardId, room: RoomId) {
        let mut state = self.state();
        let known = match state.rooms.entry(room) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(empty) => {
                self.0.interest.watch(room);
                empty.insert(Room::default())
            }
        };
        known.watch(shard);
    }

    /// One watcher less.
    fn unwatch(&self, shard: ShardId, room: RoomId) {
        let mut state = self.state();
        if let Some(known) = state.rooms.get_mut(&room)
            && known.unwatch(shard)
        {
            state.rooms.remove(&room);
            self.0.interest.unwatch(room);
        }
    }

    /// The database said that a watched room is at `last_seq`. Says up to where messages will not
    /// be sent to the shards any more: whoever begins to read has to look them up.
    fn open(&self, room: RoomId, last_seq: u64) -> u64 {
        let mut position = last_seq;
        self.with_room(room, |known, shards| {
            let ready = known.line.open(last_seq);
            known.hand_on(room, ready, shards);
            position = known.line.position();
        });
        position
    }

    /// Somebody has begun to read along. Presence is told under the lock, so that it hears of
    /// comings and goings in their order.
    fn enter(&self, room: RoomId, user: UserId, presence: &Presence) {
        self.with_room(room, |known, _| {
            if known.enter(user) {
                presence.entered(room, user);
            }
        });
    }

    /// Somebody does not read along any more.
    fn leave(&self, room: RoomId, user: UserId, presence: &Presence) {
        self.with_room(room, |known, _| {
            if known.leave(user) {
                presence.left(room, user);
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a room that is watched here, and sees to it that gaps are closed.
    fn with_room(&self, room: RoomId, work: impl FnOnce(&mut Room, &[PostBox])) {
        let mut state = self.state();
        let State { rooms, shards } = &mut *state;
        let Some(known) = rooms.get_mut(&room) else { return };
        work(known, shards);
        if known.line.has_gap() && !known.repairing {
            known.repairing = true;
            tokio::spawn(repair::run(self.clone(), room));
        }
    }
}
