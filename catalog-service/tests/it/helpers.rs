//! A running service with a database of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use catalog_service::app;
use catalog_service::catalogue::Catalogue;
use catalog_service::cli::MIGRATIONS;
use catalog_service::config::{CatalogueConfig, Config, ImportConfig, MafraConfig};
use catalog_service::domain::{Code, Coded, Item, Name};
use catalog_service::store::{items, version};
use chassis::clock::{Clock, ManualClock};
use chassis::config::{HttpConfig, LogConfig, LogFormat};
use chassis::db::{Db, DbError};
use chassis::identity::Role;
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use contracts::UserId;
use testkit::{Client, TestDatabase, TestIssuer};

/// The service under test. It stops when this is dropped.
pub(crate) struct Service {
    /// Speaks to it without a token.
    pub(crate) client: Client,
    /// Signs tokens that it believes.
    pub(crate) issuer: TestIssuer,
    /// What time it is there.
    pub(crate) clock: ManualClock,
    life: Lifecycle,
}

impl Service {
    /// Speaks to it as someone with this role.
    pub(crate) fn client_as(&self, role: Role) -> Client {
        self.client.with_token(self.issuer.token(UserId::new(), role, self.clock.now()))
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

/// A database with these items.
pub(crate) async fn database_with(items: &[Item]) -> TestDatabase {
    let database = TestDatabase::create(MIGRATIONS).await;
    put(&database.db(), items).await;
    database
}

/// Puts items into the table, as an import does.
pub(crate) async fn put(db: &Db, items: &[Item]) {
    db.transaction(async |conn| {
        items::upsert(conn, items, noon()).await?;
        version::bump(conn).await?;
        Ok::<_, DbError>(())
    })
    .await
    .expect("items can be stored");
}

/// A configuration for a database, with a Redis of its own and no source.
pub(crate) fn config(database_url: String) -> Config {
    let mut database = TestDatabase::config_at(database_url);
    // Long enough for a busy machine, short enough for an outage not to last.
    database.acquire_timeout = Duration::from_secs(2);
    Config {
        http: HttpConfig {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 1,
            shutdown_timeout: Duration::from_secs(1),
        },
        database,
        redis: testkit::redis_config(),
        broker: testkit::no_broker(),
        identity: TestIssuer::identity_config(""),
        catalogue: CatalogueConfig { reload_every: Duration::from_millis(20) },
        mafra: MafraConfig {
            base_url: "http://127.0.0.1:9/openapi".parse().expect("it is a URL"),
            key: String::new().into(),
            timeout: Duration::from_secs(5),
            attempts: 4,
            retry_pause: Duration::from_millis(1),
        },
        import: ImportConfig {
            concurrency: 4,
            lock_ttl: Duration::from_millis(500),
            poll_every: Duration::from_millis(20),
            weekly: false,
        },
        log: LogConfig { filter: "info".into(), format: LogFormat::Text },
    }
}

/// Starts the service on a database.
pub(crate) async fn serve(database: &TestDatabase) -> Service {
    serve_with(config(database.url())).await
}

/// Starts the service with a configuration; its tokens are those of an issuer of its own.
pub(crate) async fn serve_with(mut config: Config) -> Service {
    let issuer = TestIssuer::new();
    config.identity.jwks_url = publish_keys(&issuer);
    let clock = ManualClock::at(noon());
    let listening =
        app::build(&config, Clock::Manual(clock.clone())).await.expect("the service can be built");
    let client = Client::new(format!("http://{}", listening.address()));
    let life = listening.life().clone();
    tokio::spawn(listening.run());
    Service { client, issuer, clock, life }
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
    "2026-11-23T12:00:00Z".parse().expect("it is a moment")
}

/// An item: its codes say where it stands, `060103` is the third of `0601` in `06`.
pub(crate) fn item(code: &str, category: &str, item: &str, variety: &str) -> Item {
    let coded = |code: &str, name| Coded {
        code: Code::parse(code).expect("it is a code"),
        name: Name::parse(name).expect("it is a name"),
    };
    Item {
        category: coded(&code[..2], category),
        item: coded(&code[..4], item),
        variety: coded(code, variety),
    }
}

/// A few goods of several kinds, and two that no mart sells.
pub(crate) fn some_items() -> Vec<Item> {
    [
        ("060101", "과실류", "사과", "사과"),
        ("060103", "과실류", "사과", "후지"),
        ("060199", "과실류", "사과", "기타"),
        ("062101", "과실류", "사과대추", "사과대추"),
        ("063401", "과실류", "아보카도", "아보카도"),
        ("065001", "과실류", "꽃사과", "꽃사과"),
        ("080413", "과일과채류", "딸기", "설향"),
        ("430427", "국내산육류", "돼지고기", "삼겹살"),
        ("460201", "우유 및 유제품", "우유", "Milk 저지방 1%"),
        ("610601", "활 해면어류", "고등어", "고등어"),
        ("710601", "신선 해면어류", "고등어", "고등어"),
        ("960101", "음료", "생수", "생수 2L 12병"),
        ("202601", "화목류", "장미(스탠다드)", "환희"),
        ("412101", "생축(가축)류", "한우", "한우"),
    ]
    .map(|(code, category, goods, variety)| item(code, category, goods, variety))
    .to_vec()
}

/// The catalogue of these items, without a service around it.
pub(crate) fn catalogue(items: Vec<Item>) -> Catalogue {
    Catalogue::new(1, items)
}

/// The codes of a list in an answer.
pub(crate) fn codes(body: &serde_json::Value) -> Vec<&str> {
    let items = body["items"].as_array().expect("the answer has items");
    items.iter().map(|item| item["code"].as_str().expect("an item has a code")).collect()
}

/// A file of the project's sample.
pub(crate) fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/sample/items.csv")
}

/// The real data, where it is at hand.
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("DATA_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    Some(folder.join("items.csv")).filter(|file| file.is_file())
}
