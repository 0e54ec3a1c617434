//! The streams of one thread, found by their slot, by person, by session and by the time they end.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};
use slab::Slab;

use super::stream::Stream;

/// Names a stream for longer than it may live: its slot may be another's by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stream) struct Key {
    slot: usize,
    serial: u64,
}

/// The streams.
#[derive(Default)]
pub(super) struct Crowd {
    streams: Slab<Stream>,
    slots_of: HashMap<UserId, Vec<usize>>,
    ends: BTreeSet<(DateTime<Utc>, usize)>,
}

impl Crowd {
    /// The slot that the next stream gets.
    pub(super) fn next_slot(&self) -> usize {
        self.streams.vacant_key()
    }

    pub(super) fn insert(&mut self, stream: Stream) -> Key {
        let (user_id, ends_at, serial) = (stream.user_id, stream.expires_at, stream.serial);
        let slot = self.streams.insert(stream);
        self.slots_of.entry(user_id).or_default().push(slot);
        self.ends.insert((ends_at, slot));
        Key { slot, serial }
    }

    pub(super) fn remove(&mut self, slot: usize) -> Option<Stream> {
        let stream = self.streams.try_remove(slot)?;
        self.ends.remove(&(stream.expires_at, slot));
        if let Some(slots) = self.slots_of.get_mut(&stream.user_id) {
            slots.retain(|other| *other != slot);
            if slots.is_empty() {
                self.slots_of.remove(&stream.user_id);
            }
        }
        Some(stream)
    }

    pub(super) fn at(&mut self, slot: usize) -> Option<&mut Stream> {
        self.streams.get_mut(slot)
    }

    /// The slot of a stream, while it is there.
    pub(super) fn slot(&self, key: Key) -> Option<usize> {
        self.streams.get(key.slot).filter(|stream| stream.serial == key.serial).map(|_| key.slot)
    }

    /// The name of the stream in a slot.
    pub(super) fn key(&self, slot: usize) -> Option<Key> {
        self.streams.get(slot).map(|stream| Key { slot, serial: stream.serial })
    }

    /// Does something with each stream of a person.
    pub(super) fn each_of(&mut self, user_id: UserId, mut act: impl FnMut(usize, &mut Stream)) {
        for slot in self.slots_of.get(&user_id).into_iter().flatten() {
            if let Some(stream) = self.streams.get_mut(*slot) {
                act(*slot, stream);
            }
        }
    }

    /// Everyone who is listening.
    pub(super) fn people(&self) -> Vec<UserId> {
        self.slots_of.keys().copied().collect()
    }

    /// The streams of the sessions that are meant.
    pub(super) fn of_sessions(&self, is_meant: impl Fn(SessionId) -> bool) -> Vec<usize> {
        let meant = self.streams.iter().filter(|(_, stream)| is_meant(stream.session_id));
        meant.map(|(slot, _)| slot).collect()
    }

    /// The streams whose tokens have expired.
    pub(super) fn expired(&self, now: DateTime<Utc>) -> Vec<usize> {
        self.ends.iter().take_while(|(ends_at, _)| *ends_at <= now).map(|(_, slot)| *slot).collect()
    }

    pub(super) fn slots(&self) -> Vec<usize> {
        self.streams.iter().map(|(slot, _)| slot).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.streams.len()
    }
}
