//! A service for each test, with a database and a key prefix of its own.

use chassis::clock::{Clock, ManualClock};
use chassis::config::{HttpConfig, LogConfig, LogFormat};
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use contracts::MarketId;
use diesel::sql_types::{Binary, Text};
use diesel_async::RunQueryDsl;
use party_service::addresses::{AddressesConfig, KakaoConfig};
use party_service::app::Application;
use party_service::cli::MIGRATIONS;
use party_service::commands::import_markets::{Imported, import_markets};
use party_service::config::Config;
use party_service::domain::geo::Coordinates;
use party_service::domain::market_kind::MarketKind;
use party_service::market_files::MarketRow;
use secrecy::SecretString;
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

    /// A market with this name, imported at this place.
    pub async fn market(&self, name: &str, latitude: f64, longitude: f64) -> MarketId {
        let row = MarketRow {
            source_id: format!("{name} {latitude} {longitude}"),
            source: "test".into(),
            name: name.into(),
            kind: MarketKind::Mart,
            published_type: "대형마트".into(),
            chain: None,
            road_address: format!("서울특별시 중구 {name}로 1"),
            jibun_address: None,
            zip_code: None,
            coordinates: Coordinates::new(latitude, longitude).unwrap(),
        };
        self.import(&[row.clone()]).await;
        self.market_id(&row.source_id).await
    }

    /// Imports markets.
    pub async fn import(&self, rows: &[MarketRow]) -> Imported {
        let (db, now) = (self.database.db(), self.clock.now());
        db.transaction(async |conn| import_markets(conn, now, rows).await).await.unwrap()
    }

    /// The id of the market with this source id.
    pub async fn market_id(&self, source_id: &str) -> MarketId {
        let id: MarketOf = diesel::sql_query("SELECT id FROM markets WHERE source_id = ?")
            .bind::<Text, _>(source_id)
            .get_result(&mut self.database.conn().await)
            .await
            .unwrap();
        id.id
    }
}

#[derive(diesel::QueryableByName)]
struct MarketOf {
    #[diesel(sql_type = Binary)]
    id: MarketId,
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
        addresses: AddressesConfig { cache_ttl: Duration::from_hours(1), searches_per_minute: 30 },
        kakao: KakaoConfig {
            key: SecretString::default(),
            base_url: "http://127.0.0.1:1".into(),
            timeout: Duration::from_secs(2),
        },
        log: LogConfig { filter: "off".into(), format: LogFormat::Text },
    }
}
