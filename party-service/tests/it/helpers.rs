//! A service for each test, with a database and a key prefix of its own.

mod people;

use chassis::clock::{Clock, ManualClock};
use chassis::config::{HttpConfig, LogConfig, LogFormat};
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use party_service::addresses::{AddressesConfig, KakaoConfig};
use party_service::app;
use party_service::catalog::CatalogConfig;
use party_service::chat::ChatConfig;
use party_service::cli::MIGRATIONS;
use party_service::config::{
    Config, PasswordsConfig, SignInConfig, TokensConfig, WithdrawalConfig,
};
use party_service::export::ExportConfig;
use party_service::tokens::KeyFolder;
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Client, TestDatabase, TestIssuer};

/// A running service and what it runs on.
pub struct TestApp {
    /// Speaks to it, without a token.
    pub client: Client,
    /// Its database.
    pub database: Arc<TestDatabase>,
    /// Its clock.
    pub clock: ManualClock,
    /// The folder of its signing keys.
    pub keys_dir: PathBuf,
    life: Lifecycle,
}

/// The password of everyone who signs up here.
pub const PASSWORD: &str = "사과는 마포에서 사자";

/// A database with the tables of the service.
pub async fn database() -> TestDatabase {
    TestDatabase::create(MIGRATIONS).await
}

impl TestApp {
    /// A service with nothing in its database.
    pub async fn spawn() -> Self {
        let database = database().await;
        let config = config(&database);
        Self::spawn_with(database, &config)
    }

    /// A service with a configuration of its own.
    pub fn spawn_with(database: TestDatabase, config: &Config) -> Self {
        Self::start(Arc::new(database), ManualClock::at(noon()), config)
    }

    /// Another instance of the service, on the same database and at the same time.
    pub fn again(&self, config: &Config) -> Self {
        Self::start(self.database.clone(), self.clock.clone(), config)
    }

    fn start(database: Arc<TestDatabase>, clock: ManualClock, config: &Config) -> Self {
        let listening = app::build(config, Clock::Manual(clock.clone())).unwrap();
        let client = Client::new(format!("http://{}", listening.address()));
        let life = listening.life().clone();
        tokio::spawn(listening.run());
        let keys_dir = config.tokens.keys_dir.clone();
        Self { client, database, clock, keys_dir, life }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.life.stop();
        drop(std::fs::remove_dir_all(&self.keys_dir));
    }
}

/// When tests begin: noon in Seoul.
pub fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

/// The configuration of a service on this database.
pub fn config(database: &TestDatabase) -> Config {
    Config {
        http: HttpConfig {
            bind: "127.0.0.1:0".parse().unwrap(),
            workers: 2,
            shutdown_timeout: Duration::from_secs(5),
        },
        database: database.config(),
        redis: testkit::redis_config(),
        broker: testkit::no_broker(),
        identity: TestIssuer::identity_config(""),
        tokens: TokensConfig {
            keys_dir: keys_dir(),
            keys_reread: Duration::from_millis(20),
            publication_delay: Duration::from_mins(5),
            access_lifetime: Duration::from_mins(10),
            refresh_lifetime: Duration::from_hours(24 * 30),
        },
        passwords: PasswordsConfig {
            memory_kib: 8,
            iterations: 1,
            parallelism: 1,
            concurrency: 2,
            queue: 1000,
        },
        sign_in: SignInConfig {
            failures_per_account: 5,
            failures_per_origin: 100,
            trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        },
        addresses: AddressesConfig { cache_ttl: Duration::from_hours(1), searches_per_minute: 30 },
        kakao: KakaoConfig {
            key: SecretString::default(),
            base_url: "http://127.0.0.1:1".into(),
            timeout: Duration::from_secs(2),
        },
        catalog: CatalogConfig {
            url: "http://127.0.0.1:1".into(),
            timeout: Duration::from_secs(2),
            cache_ttl: Duration::from_mins(10),
        },
        chat: ChatConfig { url: "http://127.0.0.1:1".into(), timeout: Duration::from_millis(500) },
        export: ExportConfig {
            notify_url: "http://127.0.0.1:1".into(),
            timeout: Duration::from_secs(10),
            max_part_bytes: 1024 * 1024,
            concurrency: 4,
            per_minute: 60,
        },
        withdrawal: WithdrawalConfig { erase_after_days: 30 },
        log: LogConfig { filter: "off".into(), format: LogFormat::Text },
    }
}

/// A new folder with a signing key.
fn keys_dir() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(uuid::Uuid::new_v4().to_string());
    KeyFolder::at(&path).generate(noon()).unwrap();
    path
}
