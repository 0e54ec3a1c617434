//! A database, a corner of the broker, and services that say and hear things there.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chassis::bus::{Broker, Consumer, Failure, Handle, Relay, outbox};
use chassis::clock::Clock;
use chassis::config::{BrokerConfig, DatabaseConfig};
use chassis::db::{Conn, Db, DbError};
use chassis::lifecycle::Lifecycle;
use contracts::routing::NOTIFY;
use contracts::user::{UserEvent, UserSnapshot};
use contracts::{Event, UserId};
use diesel::sql_types::{BigInt, Binary, Unsigned};
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use secrecy::SecretString;

const TABLES: &str = "
    CREATE TABLE outbox (
        position BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        event_id BINARY(16) NOT NULL,
        kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        payload TEXT NOT NULL,
        created_at DATETIME(6) NOT NULL,
        published_at DATETIME(6) NULL,
        PRIMARY KEY (position),
        KEY ix_outbox_unpublished (published_at, position)
    );
    CREATE TABLE processed_events (
        event_id BINARY(16) NOT NULL,
        consumer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        processed_at DATETIME(6) NOT NULL,
        PRIMARY KEY (event_id, consumer),
        KEY ix_processed_events_processed_at (processed_at)
    );
    CREATE TABLE people (
        user_id BINARY(16) NOT NULL,
        version BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (user_id)
    )";

/// Where one run takes place.
pub(super) struct Stage {
    server: String,
    name: String,
    life: Lifecycle,
    broker: BrokerConfig,
}

impl Stage {
    /// Makes the database.
    pub(super) async fn set() -> Result<Self> {
        let server = variable("TEST_DATABASE_URL")?;
        let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
        let mut conn = Conn::establish(&server).await?;
        let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4; USE {name}; {TABLES}");
        conn.batch_execute(&create).await?;
        let broker = BrokerConfig {
            url: SecretString::from(variable("TEST_AMQP_URL")?),
            name_prefix: format!("{name}."),
            retry_delays_ms: vec![1000],
        };
        Ok(Self { server, name, life: Lifecycle::new(), broker })
    }

    pub(super) const fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// One instance of the service.
    pub(super) fn instance(&self) -> Result<Instance> {
        let db = Db::new(&DatabaseConfig {
            url: SecretString::from(format!("{}/{}", self.server.trim_end_matches('/'), self.name)),
            max_connections: 48,
            acquire_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(30),
        })?;
        let broker = Broker::new(&self.broker)?;
        let relay = Relay::new(&db, &broker, &Clock::System, "bench");
        Ok(Instance { db, broker, relay })
    }

    pub(super) async fn until_leading(&self, instance: &Instance) {
        while !instance.relay.is_leading() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops everything and removes the database; the servers of a benchmark go with it.
    pub(super) async fn strike(self) -> Result<()> {
        self.life.stop();
        self.life.drain(Duration::from_secs(30)).await;
        let mut conn = Conn::establish(&self.server).await?;
        Ok(conn.batch_execute(&format!("DROP DATABASE {}", self.name)).await?)
    }
}

/// One instance of a service that says things, and hears them.
#[derive(Clone)]
pub(super) struct Instance {
    db: Db,
    broker: Broker,
    relay: Relay,
}

impl Instance {
    /// Starts its relay and its consumer.
    pub(super) fn start(&self, life: &Lifecycle) {
        self.start_relay(life);
        let consumer = Consumer::new(&self.broker, &self.db, &Clock::System, NOTIFY)
            .on::<UserEvent, _>(&Arc::new(Projection));
        life.spawn("consumer", consumer.run(life.stopping()));
    }

    /// Starts its relay.
    pub(super) fn start_relay(&self, life: &Lifecycle) {
        life.spawn("relay", self.relay.clone().run(life.stopping()));
    }

    /// Commits one event.
    pub(super) async fn say(&self) -> Result<()> {
        let said = self
            .db
            .transaction(async |conn| {
                let person = UserSnapshot {
                    user_id: UserId::new(),
                    version: 1,
                    nickname: "김사과".into(),
                    latitude: Some(37.5665),
                    longitude: Some(126.978),
                    locale: "ko".into(),
                };
                let data = UserEvent::Registered(person);
                outbox::append(conn, "/bench", Clock::System.now(), data).await
            })
            .await;
        Ok(said.map_err(|error: DbError| error)?)
    }

    /// Opens the connections that a run needs.
    pub(super) async fn warm_up(&self) -> Result<()> {
        let saying = (0..48).map(|_| self.say());
        futures_util::future::try_join_all(saying).await?;
        Ok(())
    }
}

/// Remembers the newest version of each person, as consumers do.
struct Projection;

impl Handle<UserEvent> for Projection {
    async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
        let UserEvent::Registered(person) = event.data else { return Ok(()) };
        diesel::sql_query(
            "INSERT INTO people (user_id, version) VALUES (?, ?) \
             ON DUPLICATE KEY UPDATE version = GREATEST(version, VALUES(version))",
        )
        .bind::<Binary, _>(person.user_id.as_uuid().as_bytes().as_slice())
        .bind::<Unsigned<BigInt>, _>(person.version)
        .execute(conn)
        .await?;
        Ok(())
    }
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run `cargo xtask bench`"))
}
