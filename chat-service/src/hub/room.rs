//! A room that somebody on this instance watches.

use std::collections::HashMap;
use std::sync::Arc;

use contracts::{RoomId, UserId};

use super::line::Line;
use super::post_box::{Delivery, PostBox, ShardId};
use crate::wire::Stored;

/// In a room with more people than this, nobody is told who comes and goes: it would be more than
/// what is said there.
const MAX_PRESENT: usize = 100;

/// A room that somebody on this instance watches.
#[derive(Default)]
pub(super) struct Room {
    pub(super) line: Line,
    /// Whether somebody fetches what is missing.
    pub(super) repairing: bool,
    /// How many watch it on which shard.
    watchers: HashMap<ShardId, u32>,
    /// How many subscriptions each reader has.
    people: HashMap<UserId, u32>,
}

impl Room {
    /// One watcher more on this shard.
    pub(super) fn watch(&mut self, shard: ShardId) {
        *self.watchers.entry(shard).or_default() += 1;
    }

    /// One watcher less on this shard; says whether it was the last of all.
    pub(super) fn unwatch(&mut self, shard: ShardId) -> bool {
        count_down(&mut self.watchers, &shard);
        self.watchers.is_empty()
    }

    /// Counts a subscription of somebody; says whether it is their first here.
    pub(super) fn enter(&mut self, user: UserId) -> bool {
        let count = self.people.entry(user).or_default();
        *count += 1;
        *count == 1
    }

    /// Counts it off again; says whether it was their last here.
    pub(super) fn leave(&mut self, user: UserId) -> bool {
        count_down(&mut self.people, &user)
    }

    /// Whether so few people are here that they want to hear who comes and goes.
    pub(super) fn is_small(&self) -> bool {
        self.people.len() <= MAX_PRESENT
    }

    /// Sends messages to the shards where somebody watches.
    pub(super) fn hand_on(&self, id: RoomId, messages: Vec<Stored>, shards: &[PostBox]) {
        if !messages.is_empty() {
            self.post(shards, &Delivery::Messages(id, Arc::from(messages)));
        }
    }

    pub(super) fn post(&self, shards: &[PostBox], delivery: &Delivery) {
        for shard in shards.iter().filter(|shard| self.watchers.contains_key(&shard.id())) {
            shard.put(delivery.clone());
        }
    }
}

/// One less; says whether that was the last.
fn count_down<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, u32>, key: &K) -> bool {
    let Some(count) = counts.get_mut(key) else { return false };
    *count -= 1;
    let gone = *count == 0;
    if gone {
        counts.remove(key);
    }
    gone
}
