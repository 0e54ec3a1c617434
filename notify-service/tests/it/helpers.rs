//! A running service with a database and a bus of its own.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use chassis::clock::{Clock, ManualClock};
use chassis::config::{HttpConfig, LogConfig, LogFormat};
use chassis::db::Db;
use chassis::identity::Role;
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use contracts::UserId;
use notify_service::app;
use notify_service::cli::MIGRATIONS;
use notify_service::config::{Config, DirectoryConfig, NotificationsConfig};
use notify_service::stream::StreamConfig;
use testkit::{Client, TestBus, TestDatabase, TestIssuer};

/// What instances of the service share. Dropped, it is gone.
pub(crate) struct Platform {
    pub(crate) database: TestDatabase,
    pub(crate) bus: TestBus,
    pub(crate) issuer: TestIssuer,
    pub(crate) clock: ManualClock,
    pub(crate) config: Config,
}

impl Platform {
    /// A platform nobody has used.
    pub(crate) async fn new() -> Self {
        let (database, bus) = (TestDatabase::create(MIGRATIONS).await, TestBus::new());
        let issuer = TestIssuer::new();
        let mut config = config(&database, &bus);
        config.identity.jwks_url = publish_keys(&issuer);
        Self { database, bus, issuer, clock: ManualClock::at(noon()), config }
    }

    /// Its database, to look into the tables.
    pub(crate) fn db(&self) -> Db {
        self.database.db()
    }

    /// A token that its instances believe.
    pub(crate) fn token(&self, user_id: UserId) -> String {
        self.issuer.token(user_id, Role::User, self.clock.now())
    }
}

/// One instance. It stops when this is dropped.
pub(crate) struct Service {
    /// Speaks to it without a token.
    pub(crate) client: Client,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What it shares with other instances.
    pub(crate) platform: Arc<Platform>,
    life: Lifecycle,
}

impl Service {
    /// An instance on a platform of its own.
    pub(crate) async fn start() -> Self {
        Self::on(&Arc::new(Platform::new().await))
    }

    /// Another instance on a platform.
    pub(crate) fn on(platform: &Arc<Platform>) -> Self {
        Self::with(platform, &platform.config)
    }

    /// An instance with a configuration of its own.
    pub(crate) fn with(platform: &Arc<Platform>, config: &Config) -> Self {
        let listening = app::build(config, Clock::Manual(platform.clock.clone()))
            .expect("the service can be built");
        let address = listening.address();
        let client = Client::new(format!("http://{address}"));
        let life = listening.life().clone();
        tokio::spawn(listening.run());
        Self { client, address, platform: platform.clone(), life }
    }

    /// Speaks to it as this person.
    pub(crate) fn client_of(&self, user_id: UserId) -> Client {
        self.client.with_token(self.platform.token(user_id))
    }

    /// Tells it to stop.
    pub(crate) fn stop(&self) {
        self.life.stop();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// The configuration of an instance. Its directory is nowhere.
fn config(database: &TestDatabase, bus: &TestBus) -> Config {
    Config {
        http: HttpConfig {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 1,
            shutdown_timeout: Duration::from_secs(1),
        },
        database: database.config(),
        redis: testkit::redis_config(),
        broker: bus.config(),
        identity: TestIssuer::identity_config(""),
        directory: DirectoryConfig {
            catalog_url: "http://127.0.0.1:9".into(),
            party_url: "http://127.0.0.1:9".into(),
            timeout: Duration::from_secs(5),
            cache_ttl: Duration::from_mins(10),
        },
        notifications: NotificationsConfig { max_favorites: 5, news_for_hours: 72, kept_days: 90 },
        stream: StreamConfig {
            threads: 2,
            max_streams: 1000,
            max_streams_per_person: 3,
            heartbeat: Duration::from_millis(600),
            max_replay: 150,
            sweep_every: Duration::from_secs(5),
            sweep_without_cache_every: Duration::from_millis(50),
        },
        log: LogConfig { filter: "info".into(), format: LogFormat::Text },
    }
}

/// Serves the public keys of an issuer; says where.
fn publish_keys(issuer: &TestIssuer) -> String {
    let keys = issuer.jwks();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let server = HttpServer::new(move || {
        let keys = keys.clone();
        App::new()
            .route("/keys", web::get().to(move || std::future::ready(web::Json(keys.clone()))))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .expect("the listener listens")
    .run();
    tokio::spawn(server);
    format!("http://{address}/keys")
}

/// A moment.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().expect("it is a moment")
}
