//! What is remembered of people, seen from inside.

use std::collections::HashSet;
use std::sync::Arc;

use chassis::clock::{Clock, ManualClock};
use chassis::config::{DatabaseConfig, RedisConfig};
use chassis::db::Db;
use chassis::redis::Cache;
use chassis::redis::redis::AsyncCommands as _;
use chassis::telemetry;
use chrono::TimeDelta;
use contracts::UserId;
use diesel::sql_types::{Binary, Text};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::future::maybe_done;
use futures_util::poll;
use party_service::profiles::Profiles;
use party_service::store::people;
use secrecy::SecretString;
use testkit::{FaultProxy, TestDatabase, until};

use crate::helpers::{database, noon};

/// A database, a Redis, and the people in it.
pub struct Memory {
    pub database: Arc<TestDatabase>,
    pub db: Db,
    pub redis: RedisConfig,
    pub clock: ManualClock,
}

impl Memory {
    pub async fn new() -> Self {
        Self::at(testkit::redis_config()).await
    }

    /// The same with another Redis.
    pub async fn at(redis: RedisConfig) -> Self {
        telemetry::init_metrics().unwrap();
        let database = Arc::new(database().await);
        let (db, clock) = (database.db(), ManualClock::at(noon()));
        Self { database, db, redis, clock }
    }

    /// An instance that relies on the cache.
    pub async fn instance(&self) -> Profiles {
        let profiles = self.stranger();
        // The first time the epoch may have to be opened.
        for _ in 0..2 {
            profiles.keep().await.unwrap();
        }
        profiles
    }

    /// An instance that knows nothing yet.
    pub fn stranger(&self) -> Profiles {
        let cache = Cache::new(&self.redis).unwrap();
        let clock = Clock::Manual(self.clock.clone());
        Profiles::new(self.db.clone(), self.database.db(), cache, clock)
    }

    /// Somebody new.
    pub async fn person(&self) -> UserId {
        let id = UserId::new();
        let sql = "INSERT INTO users (id, email, password_hash, nickname, role, locale, version, \
                   created_at, updated_at) VALUES (?, ?, '-', ?, 'user', 'ko', 1, NOW(6), NOW(6))";
        let unique = id.as_uuid().simple().to_string();
        diesel::sql_query(sql)
            .bind::<Binary, _>(id)
            .bind::<Text, _>(format!("{unique}@example.com"))
            .bind::<Text, _>(&unique[12..])
            .execute(&mut self.database.conn().await)
            .await
            .unwrap();
        id
    }

    /// Where the entry of somebody is, or a lease.
    pub fn key(&self, id: UserId) -> String {
        let cache = Cache::new(&self.redis).unwrap();
        cache.key(&format!("{{profile}}:{}", id.as_uuid().simple()))
    }

    /// How much longer, in milliseconds, what is there stays; [`GONE`] if nothing is.
    pub async fn left(&self, id: UserId) -> i64 {
        let (cache, key) = (Cache::new(&self.redis).unwrap(), self.key(id));
        cache.run(async |conn| conn.pttl(&key).await).await.unwrap()
    }

    /// Gives somebody another name, as whoever writes does.
    pub async fn rename(&self, profiles: &Profiles, id: UserId, name: &str) {
        let mut conn = self.db.conn().await.unwrap();
        conn.batch_execute("START TRANSACTION").await.unwrap();
        people::hold(&mut conn, &[id]).await.unwrap();
        diesel::sql_query("UPDATE users SET nickname = ? WHERE id = ?")
            .bind::<Text, _>(name)
            .bind::<Binary, _>(id)
            .execute(&mut *conn)
            .await
            .unwrap();
        profiles.forget(&mut conn, &[id]).await.unwrap();
        conn.batch_execute("COMMIT").await.unwrap();
    }
}

/// What Redis says of a key that is not there.
const GONE: i64 = -2;

const HITS: &str = "profile_cache_reads_total{result=\"hit\"}";

/// The value of a metric, all labels together.
pub fn metric(name: &str) -> u64 {
    let text = telemetry::render_metrics();
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_what_is_remembered_is_not_counted_again() {
    let memory = Memory::new().await;
    let (one, other, id) =
        (memory.instance().await, memory.instance().await, memory.person().await);
    let before = metric("profile_counts_total");
    let first = one.get(id).await.unwrap().unwrap();
    for profiles in [&one, &other, &one] {
        assert_eq!(profiles.get(id).await.unwrap().as_ref(), Some(&first));
    }
    assert_eq!(metric("profile_counts_total") - before, 1);
    assert_eq!(metric("profile_cache_reads_total{result=\"hit\"}"), 3);
    assert_eq!(metric("profile_cache_age_seconds_count"), 3, "and how old each was");
    assert_eq!(one.get(UserId::new()).await.unwrap(), None, "nobody is nobody");
}

/// How many statements that read the server has run for the only connection of a pool.
async fn selects(db: &Db) -> u64 {
    #[derive(diesel::QueryableByName)]
    struct Status {
        #[diesel(sql_type = Text, column_name = "Value")]
        value: String,
    }
    let status = diesel::sql_query("SHOW SESSION STATUS LIKE 'Com_select'");
    let status: Status = status.get_result(&mut *db.conn().await.unwrap()).await.unwrap();
    status.value.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_a_hundred_thousand_readers_of_one_cold_entry_count_once() {
    let mut memory = Memory::new().await;
    // Both instances count on one connection, so the server can be asked what they had it do.
    memory.db =
        Db::new(&DatabaseConfig { max_connections: 1, ..memory.database.config() }).unwrap();
    let instances = [memory.instance().await, memory.instance().await];
    let (other, id) = (memory.person().await, memory.person().await);
    let idle = selects(&memory.db).await;
    instances[0].get(other).await.unwrap();
    let alone = selects(&memory.db).await;
    let before = metric("profile_counts_total");
    let mut readers = Vec::new();
    for _ in 0..200 {
        // An instance relies on the cache for a second at a time, and all this may take longer.
        for profiles in &instances {
            profiles.keep().await.unwrap();
        }
        for number in 0..500 {
            let mut reader = Box::pin(maybe_done(instances[number % 2].get(id)));
            // Each has asked before anybody takes an answer.
            let _ = poll!(&mut reader);
            readers.push(reader);
        }
    }
    assert_eq!(readers.len(), 100_000);
    for mut reader in readers {
        reader.as_mut().await;
        let read = reader.as_mut().take_output().unwrap();
        assert_eq!(read.unwrap().unwrap().id, id);
    }
    assert_eq!(metric("profile_counts_total") - before, 1);
    let cost = alone - idle;
    assert!(cost > 0);
    assert_eq!(selects(&memory.db).await - alone, cost, "what one reader alone costs");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_counted_together_and_only_what_is_missing() {
    let memory = Memory::new().await;
    let profiles = memory.instance().await;
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(memory.person().await);
    }
    for id in &ids[..10] {
        profiles.get(*id).await.unwrap();
    }
    let before = metric("profile_counts_total");
    for _ in 0..3 {
        let known = profiles.get_many(&[&ids[..], &[UserId::new()]].concat()).await.unwrap();
        assert_eq!(known.keys().copied().collect::<HashSet<_>>(), ids.iter().copied().collect());
    }
    // Once for those who were missing, and each time for whoever is not there.
    assert_eq!(metric("profile_counts_total") - before, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_lives_for_a_day_or_until_a_penalty_counts_no_longer() {
    let memory = Memory::new().await;
    let (profiles, clean, marked) =
        (memory.instance().await, memory.person().await, memory.person().await);
    let mut conn = memory.database.conn().await;
    let given_at = (noon() - TimeDelta::days(90) + TimeDelta::hours(2)).naive_utc();
    diesel::sql_query("SET SESSION foreign_key_checks = 0").execute(&mut conn).await.unwrap();
    diesel::sql_query(
        "INSERT INTO penalties (id, party_id, member_id, given_by, reason, given_at, status) \
         VALUES (?, ?, ?, ?, 'no_show', ?, 'given')",
    )
    .bind::<Binary, _>(UserId::new())
    .bind::<Binary, _>(UserId::new())
    .bind::<Binary, _>(marked)
    .bind::<Binary, _>(UserId::new())
    .bind::<diesel::sql_types::Datetime, _>(given_at)
    .execute(&mut conn)
    .await
    .unwrap();
    assert_eq!(profiles.get(marked).await.unwrap().unwrap().penalties, 1);
    profiles.get(clean).await.unwrap();
    for (id, hours) in [(clean, 24), (marked, 2)] {
        let left = memory.left(id).await;
        let latest = hours * 3_600_000;
        assert!((latest - 60_000..=latest).contains(&left), "{left} of {latest} ms");
    }
    memory.clock.advance(TimeDelta::hours(2));
    assert_eq!(profiles.get(marked).await.unwrap().unwrap().penalties, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_while_somebody_writes_nobody_remembers_what_was() {
    let memory = Memory::new().await;
    let (profiles, id) = (memory.instance().await, memory.person().await);
    profiles.get(id).await.unwrap();
    let db = memory.db.clone();
    db.transaction(async |conn| {
        people::hold(conn, &[id]).await?;
        diesel::sql_query("UPDATE users SET nickname = '새 이름' WHERE id = ?")
            .bind::<Binary, _>(id)
            .execute(conn)
            .await?;
        profiles.forget(conn, &[id]).await?;
        // The new name is not true yet, and the old one must not be remembered again.
        let seen = profiles.get(id).await?.unwrap();
        assert_ne!(seen.nickname.as_deref(), Some("새 이름"));
        profiles.get_many(&[id]).await.map(drop)
    })
    .await
    .unwrap();
    let seen = profiles.get(id).await.unwrap().unwrap();
    assert_eq!(seen.nickname.as_deref(), Some("새 이름"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_reach_redis_writes_though_all_connections_are_taken() {
    let mut memory = Memory::new().await;
    let (trusting, id) = (memory.instance().await, memory.person().await);
    trusting.get(id).await.unwrap();
    // The writer's own connection is the only one.
    memory.db =
        Db::new(&DatabaseConfig { max_connections: 1, ..memory.database.config() }).unwrap();
    memory.redis.url = SecretString::from("redis://127.0.0.1:1");
    memory.rename(&memory.stranger(), id, "새 이름").await;
    let seen = trusting.get(id).await.unwrap().unwrap();
    assert_eq!(seen.nickname.as_deref(), Some("새 이름"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_went_away_in_the_middle_stops_nobody_for_long() {
    let mut memory = Memory::new().await;
    let (reader, id) = (memory.instance().await, memory.person().await);
    memory.db =
        Db::new(&DatabaseConfig { max_connections: 1, ..memory.database.config() }).unwrap();
    // With the only connection taken, the reader has a lease and cannot go on.
    let connection = memory.db.conn().await.unwrap();
    let (goer, ids) = (memory.instance().await, [id]);
    let lease = async || memory.left(id).await.is_positive().then_some(());
    tokio::select! {
        _ = goer.get_many(&ids) => panic!("there was no connection"),
        () = until("a lease", lease) => {}
    }
    drop(connection);
    // Nobody gives the lease back. Who comes now waits for a while, then counts without it.
    reader.keep().await.unwrap();
    let before = metric("profile_counts_total");
    assert_eq!(reader.get(id).await.unwrap().unwrap().id, id);
    assert_eq!(metric("profile_counts_total") - before, 1);
    until("the entry is remembered", async || {
        reader.keep().await.unwrap();
        let before = metric(HITS);
        reader.get(id).await.unwrap();
        (metric(HITS) > before).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_count_gives_the_lease_back() {
    let mut memory = Memory::new().await;
    let (proxy, url) = FaultProxy::before_url(&memory.database.url()).await;
    memory.db = Db::new(&TestDatabase::config_at(url)).unwrap();
    let (profiles, id) = (memory.instance().await, memory.person().await);
    proxy.go_down();
    let misses = "profile_cache_reads_total{result=\"miss\"}";
    until("a read that takes a lease", async || {
        // An instance relies on the cache for a second at a time.
        profiles.keep().await.unwrap();
        profiles.get_many(&[id]).await.unwrap_err();
        (metric(misses) > 0).then_some(())
    })
    .await;
    assert_eq!(memory.left(id).await, GONE, "nobody has to wait for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_cannot_be_read_is_replaced() {
    let memory = Memory::new().await;
    let (profiles, id) = (memory.instance().await, memory.person().await);
    let cache = Cache::new(&memory.redis).unwrap();
    let key = memory.key(id);
    for text in ["", "[]", "{}", r#"[[1795402800000000,1795402800000000],0,0,"사과장수"]"#, "\u{1}"]
    {
        profiles.keep().await.unwrap();
        profiles.get(id).await.unwrap();
        let mut entry: Vec<u8> = cache.run(async |conn| conn.get(&key).await).await.unwrap();
        // The letter, the epoch and the time stay; the rest is as others have written it.
        entry.truncate(1 + 32 + 16);
        entry.extend(text.as_bytes());
        let () = cache.run(async |conn| conn.set(&key, &entry).await).await.unwrap();

        let bypasses = metric("profile_counts_total{why=\"bypass\"}");
        profiles.keep().await.unwrap();
        assert_eq!(profiles.get(id).await.unwrap().unwrap().id, id);
        let hits = metric(HITS);
        assert_eq!(profiles.get(id).await.unwrap().unwrap().id, id);
        assert_eq!(metric(HITS), hits + 1, "{text:?} is not there any more");
        assert_eq!(metric("profile_counts_total{why=\"bypass\"}"), bypasses, "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_in_other_hands_makes_no_reader_wait() {
    let memory = Memory::new().await;
    let (profiles, id) = (memory.instance().await, memory.person().await);
    let mut holder = memory.database.conn().await;
    holder.batch_execute("START TRANSACTION").await.unwrap();
    people::hold(&mut holder, &[id]).await.unwrap();
    assert_eq!(profiles.get(id).await.unwrap().unwrap().id, id);
}
