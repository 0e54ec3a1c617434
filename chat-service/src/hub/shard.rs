//! The subscribers of the connections on one thread.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use actix_web::rt;
use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use contracts::RoomId;

use super::local_room::LocalRoom;
use super::post_box::{Delivery, Post, PostBox, ShardId};
use super::subscription::{Reader, Stage, Subscription};
use super::{Hub, replay};
use crate::presence::Presence;
use crate::store::members;
use crate::wire::Stored;

/// The subscribers of the connections on one thread of the server.
pub(crate) struct Shard {
    id: ShardId,
    hub: Hub,
    presence: Presence,
    clock: Clock,
    rooms: RefCell<HashMap<RoomId, LocalRoom>>,
    /// News has no `seq`; this makes its message-ids differ.
    news: Cell<u64>,
}

/// What has come for one room.
#[derive(Default)]
struct Pile {
    messages: Vec<Stored>,
    news: Vec<bytes::Bytes>,
}

impl Shard {
    /// Starts the shard of this thread.
    #[must_use]
    pub(crate) fn start(hub: &Hub, presence: &Presence, clock: &Clock) -> Rc<Self> {
        let (id, post) = {
            let mut state = hub.state();
            let id = state.shards.len();
            let (post_box, post) = PostBox::new(id);
            state.shards.push(post_box);
            (id, post)
        };
        let shard = Rc::new(Self {
            id,
            hub: hub.clone(),
            presence: presence.clone(),
            clock: clock.clone(),
            rooms: RefCell::default(),
            news: Cell::new(0),
        });
        rt::spawn(shard.clone().run(post));
        shard
    }

    /// Lets somebody read a room, from `after_seq` on or from now on, if they may.
    ///
    /// The shard watches the room before the database is asked, so that whoever is put out in the
    /// same moment is either refused here or cut off by the message that says so.
    pub(crate) async fn subscribe(
        self: &Rc<Self>,
        reader: Reader,
        after_seq: Option<u64>,
    ) -> Result<Option<Rc<Subscription>>, DbError> {
        let (room, user) = (reader.room, reader.user);
        let watching = Watching::begin(self, room);
        let access = {
            let mut conn = self.db().conn().await?;
            members::access(&mut conn, room, user, self.clock.now()).await?
        };
        let Some(access) = access else { return Ok(None) };
        let position = self.hub.open(room, access.last_seq);
        let after = after_seq.map_or(access.last_seq, |after| after.min(access.last_seq));
        let subscription = Rc::new(Subscription {
            reader,
            since: access.last_seq,
            after: Cell::new(after),
            stage: Cell::new(Stage::CatchingUp),
        });
        self.hub.enter(room, user, &self.presence);
        watching.keep();
        if after < access.last_seq || !self.go_live(&subscription, position) {
            rt::spawn(replay::run(self.clone(), subscription.clone(), position));
        }
        Ok(Some(subscription))
    }

    /// The reader wants no more, or is gone. To be called once for each subscription.
    pub(crate) fn unsubscribe(&self, subscription: &Rc<Subscription>) {
        let (room, user) = (subscription.room(), subscription.reader.user);
        subscription.stage.set(Stage::Ended);
        if let Some(local) = self.rooms.borrow_mut().get_mut(&room) {
            local.remove(subscription);
        }
        self.hub.leave(room, user, &self.presence);
        self.unwatch(room);
    }

    /// Lets a subscription read along, unless there is something it does not have yet.
    pub(super) fn go_live(&self, subscription: &Rc<Subscription>, position: u64) -> bool {
        let mut rooms = self.rooms.borrow_mut();
        let local = rooms.entry(subscription.room()).or_default();
        if subscription.after.get() < local.position.max(position) {
            return false;
        }
        local.add(subscription);
        true
    }

    pub(super) fn db(&self) -> &Db {
        &self.hub.0.db
    }

    fn unwatch(&self, room: RoomId) {
        self.hub.unwatch(self.id, room);
        let mut rooms = self.rooms.borrow_mut();
        if let Some(local) = rooms.get_mut(&room) {
            local.watchers -= 1;
            if local.watchers == 0 {
                rooms.remove(&room);
            }
        }
    }

    /// Hands out what comes, all of a room at once.
    async fn run(self: Rc<Self>, mut post: Post) {
        let mut deliveries = Vec::new();
        let mut piles: HashMap<RoomId, Pile> = HashMap::new();
        while post.take(&mut deliveries).await {
            for delivery in deliveries.drain(..) {
                match delivery {
                    Delivery::Messages(room, messages) => {
                        piles.entry(room).or_default().messages.extend_from_slice(&messages);
                    }
                    Delivery::News(room, json) => piles.entry(room).or_default().news.push(json),
                }
            }
            for (room, pile) in piles.drain() {
                self.hand_out(room, &pile);
            }
            if post.has_lost() {
                self.start_over();
            }
            // Whoever has something to say gets a turn.
            tokio::task::yield_now().await;
        }
    }

    fn hand_out(&self, room: RoomId, pile: &Pile) {
        let mut rooms = self.rooms.borrow_mut();
        let Some(local) = rooms.get_mut(&room) else { return };
        local.deliver(&pile.messages);
        for json in &pile.news {
            self.news.set(self.news.get() + 1);
            local.announce(self.news.get(), json);
        }
    }

    /// Deliveries were lost because this thread was held up for too long: everyone is sent from the
    /// database what they may have missed.
    fn start_over(self: &Rc<Self>) {
        tracing::error!("a worker could not keep up; its readers catch up from the database");
        for (room, position) in self.hub.watched() {
            let mut rooms = self.rooms.borrow_mut();
            let Some(local) = rooms.get_mut(&room) else { continue };
            for subscription in local.take_all() {
                subscription.after.set(subscription.after.get().max(local.position));
                subscription.stage.set(Stage::CatchingUp);
                rt::spawn(replay::run(self.clone(), subscription, position));
            }
            local.position = local.position.max(position);
        }
    }
}

/// A room is watched for as long as it is being found out whether it may be.
struct Watching<'a> {
    shard: &'a Shard,
    room: Option<RoomId>,
}

impl<'a> Watching<'a> {
    fn begin(shard: &'a Shard, room: RoomId) -> Self {
        shard.hub.watch(shard.id, room);
        shard.rooms.borrow_mut().entry(room).or_default().watchers += 1;
        Self { shard, room: Some(room) }
    }

    fn keep(mut self) {
        self.room = None;
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        if let Some(room) = self.room {
            self.shard.unwatch(room);
        }
    }
}
