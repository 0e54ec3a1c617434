//! A service for each test, with a database and a key prefix of its own.

use chassis::clock::{Clock, ManualClock};
use chassis::config::{HttpConfig, LogConfig, LogFormat};
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use party_service::app::Application;
use party_service::cli::MIGRATIONS;
use party_service::config::Config;
use std::time::Duration;
use testkit::{Client, TestDatabase, TestIssuer};

/// A running service and what it runs on.
pub struct TestApp {
    /// Speaks to it, without a token.
    pub client: Client,
    /// Its database.
    pub database: TestDatabase,
    /// Its clock.
    pub clock: ManualClock,
    life: Lifecycle,
}

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
        let clock = ManualClock::at(noon());
        let app = Application::build(config, Clock::Manual(clock.clone())).unwrap();
        let client = Client::new(format!("http://{}", app.address()));
        let life = app.life().clone();
        tokio::spawn(app.run());
        Self { client, database, clock, life }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.life.stop();
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
        identity: TestIssuer::identity_config(""),
        log: LogConfig { filter: "off".into(), format: LogFormat::Text },
    }
}
