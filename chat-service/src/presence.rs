//! Who is connected to a room, on whatever instance.
//!
//! Each instance keeps in Redis who is connected to it, with a time after which that is no longer
//! believed; it says so again before. So the presence of an instance that died ends by itself.
//! Presence is news and no message: it has no `seq` and is not stored.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::lifecycle::Lifecycle;
use chassis::redis::{Cache, CacheError, redis};
use contracts::{RoomId, UserId};
use redis::AsyncCommands as _;
use tokio::sync::mpsc;

use crate::bridge::Publisher;
use crate::hub::Hub;
use crate::wire::Coming;

mod teller;

use self::teller::Teller;

/// How long what an instance has said is believed.
const BELIEVED: Duration = Duration::from_mins(1);
/// For how many rooms one request says something. In a cluster it is one: their keys are at
/// different nodes.
const AT_ONCE: usize = 200;
/// How much news may wait. Beyond it news is dropped; what is in Redis is put right by the next
/// repetition.
const QUEUE: usize = 4096;

/// Keeps who is present. Telling it never waits.
#[derive(Clone)]
pub struct Presence {
    cache: Cache,
    clock: Clock,
    own: Arc<str>,
    here: Arc<Mutex<HashMap<RoomId, HashSet<UserId>>>>,
    news: mpsc::Sender<(RoomId, UserId, Coming)>,
}

impl Presence {
    /// Starts it.
    #[must_use]
    pub fn spawn(
        life: &Lifecycle,
        cache: &Cache,
        clock: &Clock,
        db: &Db,
        hub: &Hub,
        publisher: &Publisher,
    ) -> Self {
        let (news, queue) = mpsc::channel(QUEUE);
        let presence = Self {
            cache: cache.clone(),
            clock: clock.clone(),
            own: format!("{:016x}", rand::random::<u64>()).into(),
            here: Arc::default(),
            news,
        };
        let teller = Teller {
            presence: presence.clone(),
            db: db.clone(),
            hub: hub.clone(),
            publisher: publisher.clone(),
        };
        life.spawn("presence", teller.run(queue, life.stopping()));
        presence
    }

    /// Somebody is connected to a room here, and was not.
    pub fn entered(&self, room: RoomId, user: UserId) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        here.entry(room).or_default().insert(user);
        drop(here);
        self.put(room, user, Coming::Join);
    }

    /// Somebody was connected to a room here, and is no longer.
    pub fn left(&self, room: RoomId, user: UserId) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(users) = here.get_mut(&room) {
            users.remove(&user);
            if users.is_empty() {
                here.remove(&room);
            }
        }
        drop(here);
        self.put(room, user, Coming::Leave);
    }

    fn put(&self, room: RoomId, user: UserId, coming: Coming) {
        if self.news.try_send((room, user, coming)).is_err() {
            metrics::counter!("chat_presence_dropped_total").increment(1);
        }
    }

    /// Those who are connected to a room, each once.
    pub async fn of(&self, room: RoomId) -> Result<HashSet<UserId>, CacheError> {
        let (key, now) = (self.key(room), self.clock.now().timestamp_millis());
        let entries: Vec<String> =
            self.cache.run(async |conn| conn.zrangebyscore(&key, now, "+inf").await).await?;
        let user = |entry: &String| entry.split(':').next()?.parse().ok();
        Ok(entries.iter().filter_map(user).collect())
    }

    fn key(&self, room: RoomId) -> String {
        self.cache.key(&format!("chat:presence:{room}"))
    }

    fn entry(&self, user: UserId) -> String {
        format!("{user}:{}", self.own)
    }

    fn until(&self) -> i64 {
        let believed = i64::try_from(BELIEVED.as_millis()).unwrap_or(i64::MAX);
        self.clock.now().timestamp_millis().saturating_add(believed)
    }

    /// Says again who is here.
    async fn repeat(&self) -> Result<(), CacheError> {
        self.for_all(|pipe, room, users| self.note(pipe, room, users)).await
    }

    /// Says that nobody is here any more.
    async fn forget(&self) -> Result<(), CacheError> {
        let forget = |pipe: &mut redis::Pipeline, room, users: &[UserId]| {
            let entries: Vec<String> = users.iter().map(|user| self.entry(*user)).collect();
            pipe.zrem(self.key(room), entries).ignore();
        };
        self.for_all(forget).await
    }

    /// Says something of everybody who is here, many rooms at once.
    async fn for_all(
        &self,
        say: impl Fn(&mut redis::Pipeline, RoomId, &[UserId]),
    ) -> Result<(), CacheError> {
        let here: Vec<(RoomId, Vec<UserId>)> = {
            let here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
            here.iter().map(|(room, users)| (*room, users.iter().copied().collect())).collect()
        };
        let at_once = if self.cache.is_cluster().await? { 1 } else { AT_ONCE };
        for rooms in here.chunks(at_once) {
            let mut pipe = redis::pipe();
            for (room, users) in rooms {
                say(&mut pipe, *room, users);
            }
            self.cache.run(async |conn| pipe.query_async::<()>(conn).await).await?;
        }
        Ok(())
    }

    fn note(&self, pipe: &mut redis::Pipeline, room: RoomId, users: &[UserId]) {
        let (key, until) = (self.key(room), self.until());
        let entries: Vec<(i64, String)> =
            users.iter().map(|user| (until, self.entry(*user))).collect();
        pipe.zrembyscore(&key, "-inf", self.clock.now().timestamp_millis()).ignore();
        pipe.zadd_multiple(&key, &entries).ignore();
        pipe.pexpire(&key, i64::try_from(BELIEVED.as_millis()).unwrap_or(i64::MAX)).ignore();
    }
}
