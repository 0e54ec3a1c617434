//! The subscribers of one room on one shard.

use std::rc::Rc;

use bytes::Bytes;

use super::subscription::{Stage, Subscription};
use crate::domain::message::Effect;
use crate::socket::Style;
use crate::wire::Stored;

/// The subscribers of one room on one shard, by the form in which they read.
#[derive(Default)]
pub(super) struct LocalRoom {
    /// The last message that came here.
    pub(super) position: u64,
    /// How many watch the room from this shard, those among them who do not get anything yet.
    pub(super) watchers: u32,
    groups: Vec<Group>,
}

/// Subscribers who get the same bytes.
struct Group {
    style: Style,
    live: Vec<Rc<Subscription>>,
}

impl LocalRoom {
    /// From now on this subscription gets what comes.
    pub(super) fn add(&mut self, subscription: &Rc<Subscription>) {
        subscription.stage.set(Stage::Live);
        let style = &subscription.reader.style;
        match self.groups.iter_mut().find(|group| group.style == *style) {
            Some(group) => group.live.push(subscription.clone()),
            None => {
                self.groups.push(Group { style: style.clone(), live: vec![subscription.clone()] });
            }
        }
    }

    /// From now on it does not.
    pub(super) fn remove(&mut self, subscription: &Rc<Subscription>) {
        self.retain(|other| !Rc::ptr_eq(other, subscription));
    }

    /// Hands on messages, in order.
    pub(super) fn deliver(&mut self, messages: &[Stored]) {
        let known = messages.partition_point(|message| message.seq <= self.position);
        let mut rest = messages.get(known..).unwrap_or_default();
        while !rest.is_empty() {
            // A message that puts somebody out is the last one they get.
            let end = rest.iter().position(|message| message.effect != Effect::None);
            let (now, later) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            self.hand_out(now);
            if let Some(last) = now.last() {
                self.position = last.seq;
                self.apply(last);
            }
            rest = later;
        }
    }

    /// Hands on news that is not stored.
    pub(super) fn announce(&self, number: u64, json: &Bytes) {
        for group in &self.groups {
            let bytes = group.style.news(number, json);
            for subscription in &group.live {
                subscription.reader.outlet.send(&bytes);
            }
        }
    }

    fn hand_out(&self, messages: &[Stored]) {
        let Some(first) = messages.first() else { return };
        let mut deliveries = 0;
        for group in &self.groups {
            let bytes = group.style.messages(messages);
            for subscription in &group.live {
                let (after, outlet) = (subscription.after.get(), &subscription.reader.outlet);
                if after < first.seq {
                    outlet.send(&bytes);
                } else {
                    // It has some of them already, from when it caught up.
                    let had = messages.partition_point(|message| message.seq <= after);
                    let rest = messages.get(had..).unwrap_or_default();
                    outlet.send(&group.style.messages(rest));
                }
            }
            deliveries += group.live.len() * messages.len();
        }
        metrics::counter!("chat_deliveries_total")
            .increment(u64::try_from(deliveries).unwrap_or(u64::MAX));
    }

    fn apply(&mut self, message: &Stored) {
        let seq = message.seq;
        match message.effect {
            Effect::None => {}
            Effect::Cut(user) => self.cut(|reader| reader.reader.user == user, seq),
            Effect::Close => self.cut(|_| true, seq),
        }
    }

    fn cut(&mut self, concerns: impl Fn(&Subscription) -> bool, seq: u64) {
        self.retain(|subscription| {
            let cut = concerns(subscription) && subscription.since < seq;
            if cut {
                subscription.end();
            }
            !cut
        });
    }

    fn retain(&mut self, keep: impl Fn(&Rc<Subscription>) -> bool) {
        for group in &mut self.groups {
            group.live.retain(&keep);
        }
        self.groups.retain(|group| !group.live.is_empty());
    }

    /// All who read along; from now on they do not.
    pub(super) fn take_all(&mut self) -> Vec<Rc<Subscription>> {
        self.groups.drain(..).flat_map(|group| group.live).collect()
    }
}
