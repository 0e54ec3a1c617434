//! A service that says things and hears them, each part of it on its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::things::{MIGRATIONS, insert, noon};
use chassis::bus::{Broker, Consumer, DeadLetter, DeadLetters, Failure, Handle, Relay, outbox};
use chassis::clock::{Clock, ManualClock};
use chassis::config::BrokerConfig;
use chassis::db::{Conn, Db, DbError};
use chassis::lifecycle::Lifecycle;
use contracts::routing::NOTIFY;
use contracts::user::{UserEvent, UserSnapshot};
use contracts::{Event, UserId};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use testkit::{TestBus, TestDatabase, until};

pub(crate) const SOURCE: &str = "/test";

/// A database, a bus, and the tasks that run on them.
pub(crate) struct Stage {
    pub(crate) life: Lifecycle,
    pub(crate) db: Db,
    pub(crate) broker: Broker,
    pub(crate) clock: ManualClock,
    pub(crate) bus: TestBus,
    pub(crate) database: TestDatabase,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::with(TestBus::new()).await
    }

    pub(crate) async fn with(bus: TestBus) -> Self {
        let database = TestDatabase::create(MIGRATIONS).await;
        Self {
            life: Lifecycle::new(),
            db: database.db(),
            broker: bus.broker(),
            clock: ManualClock::at(noon()),
            bus,
            database,
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::Manual(self.clock.clone())
    }

    /// Starts a relay on the straight ways.
    pub(crate) fn relay(&self) -> Relay {
        self.relay_on(&self.db, &self.broker)
    }

    pub(crate) fn relay_on(&self, db: &Db, broker: &Broker) -> Relay {
        let relay = Relay::new(db, broker, &self.clock(), "test");
        self.life.spawn("relay", relay.clone().run(self.life.stopping()));
        relay
    }

    /// Starts a consumer on the straight ways.
    pub(crate) fn consumer(&self, listener: &Arc<Listener>) {
        self.consumer_on(&self.db, &self.broker, listener);
    }

    pub(crate) fn consumer_on(&self, db: &Db, broker: &Broker, listener: &Arc<Listener>) {
        let consumer =
            Consumer::new(broker, db, &self.clock(), NOTIFY).on::<UserEvent, _>(listener);
        self.life.spawn("consumer", consumer.run(self.life.stopping()));
    }

    /// Stops everything that runs, in order, so that it can be started again.
    pub(crate) async fn restart(&mut self) {
        self.life.stop();
        assert!(self.life.drain(Duration::from_secs(30)).await);
        self.life = Lifecycle::new();
    }

    /// Says one thing about someone.
    pub(crate) async fn say(&self, user_id: UserId, version: u64) {
        self.tell(user(user_id, version)).await;
    }

    /// Says anything.
    pub(crate) async fn tell(&self, event: UserEvent) {
        let now = self.clock.now();
        self.db
            .transaction(async |conn| outbox::append(conn, SOURCE, now, event.clone()).await)
            .await
            .unwrap();
    }

    /// Says things about one person each, numbered from 1.
    pub(crate) async fn say_many(&self, count: u64) {
        for version in 1..=count {
            self.say(UserId::new(), version).await;
        }
    }

    pub(crate) async fn unpublished(&self) -> i64 {
        self.count("SELECT COUNT(*) AS n FROM outbox WHERE published_at IS NULL").await
    }

    /// How many things the listeners have committed.
    pub(crate) async fn stored(&self) -> i64 {
        self.count("SELECT COUNT(*) AS n FROM things").await
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let mut conn = self.db.conn().await.unwrap();
        diesel::sql_query(sql).get_result::<Count>(&mut conn).await.unwrap().n
    }

    pub(crate) async fn until_stored(&self, count: i64) {
        until("everything is stored", async || (self.stored().await == count).then_some(())).await;
    }

    pub(crate) async fn until_published(&self) {
        let empty = async || (self.unpublished().await == 0).then_some(());
        until("the outbox is empty", empty).await;
    }

    pub(crate) async fn dead_letters(&self) -> Vec<DeadLetter> {
        DeadLetters::open(&self.broker, NOTIFY).await.unwrap().list(100).await.unwrap()
    }

    pub(crate) async fn until_dead(&self, count: usize) -> Vec<DeadLetter> {
        until("there are dead letters", async || {
            let letters = self.dead_letters().await;
            (letters.len() == count).then_some(letters)
        })
        .await
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.life.stop();
    }
}

pub(crate) async fn until_leading(relay: &Relay) {
    until("the relay leads", async || relay.is_leading().then_some(())).await;
}

pub(crate) fn broker(config: &BrokerConfig) -> Broker {
    Broker::new(config).unwrap()
}

pub(crate) fn user(user_id: UserId, version: u64) -> UserEvent {
    UserEvent::Updated(UserSnapshot {
        user_id,
        version,
        nickname: "사과".into(),
        latitude: None,
        longitude: None,
        locale: "ko".into(),
    })
}

/// An event as it is on the wire.
pub(crate) fn wire(version: u64) -> Vec<u8> {
    let event = Event::new(SOURCE, noon(), None, user(UserId::new(), version));
    serde_json::to_vec(&event).unwrap()
}

/// What a listener does about an event, after it has stored it.
pub(crate) enum Act {
    Succeed,
    Fail,
    Refuse,
    Panic,
}

type Plan = dyn Fn(u64, usize) -> Act + Send + Sync;

/// Stores the version of each event as a thing, which a second time is impossible.
pub(crate) struct Listener {
    plan: Box<Plan>,
    /// Who was heard of, and which version, in the order of the calls.
    heard: Mutex<Vec<(UserId, u64)>>,
}

impl Listener {
    pub(crate) fn new() -> Arc<Self> {
        Self::acting(|_, _| Act::Succeed)
    }

    /// One that does what the plan says for a version, and the how manieth call it is for it.
    pub(crate) fn acting(plan: impl Fn(u64, usize) -> Act + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { plan: Box::new(plan), heard: Mutex::default() })
    }

    pub(crate) fn heard(&self) -> Vec<(UserId, u64)> {
        self.heard.lock().unwrap().clone()
    }

    /// The versions heard of each person, in their order.
    pub(crate) fn by_user(&self) -> HashMap<UserId, Vec<u64>> {
        let mut by_user: HashMap<_, Vec<u64>> = HashMap::new();
        for (user_id, version) in self.heard() {
            by_user.entry(user_id).or_default().push(version);
        }
        by_user
    }
}

impl Handle<UserEvent> for Listener {
    async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
        let UserEvent::Updated(user) = event.data else { panic!("nobody says that here") };
        let nth = {
            let mut heard = self.heard.lock().unwrap();
            heard.push((user.user_id, user.version));
            heard.iter().filter(|(_, version)| *version == user.version).count()
        };
        store(conn, user.version).await?;
        match (self.plan)(user.version, nth) {
            Act::Succeed => Ok(()),
            Act::Fail => Err(Failure::Failed("as the test wants".into())),
            Act::Refuse => Err(Failure::Malformed("as the test wants".into())),
            Act::Panic => panic!("as the test wants"),
        }
    }
}

async fn store(conn: &mut Conn, version: u64) -> Result<(), DbError> {
    insert(conn, u32::try_from(version).unwrap(), &version.to_string(), 0).await
}
