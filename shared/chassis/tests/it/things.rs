//! A service of one table, to see what the chassis does for one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chassis::clock::{Clock, ManualClock};
use chassis::config::HttpConfig;
use chassis::db::{Conn, Db, DbError};
use chassis::http::document;
use chassis::http::health::Readiness;
use chassis::http::server::listen;
use chassis::http::{ApiError, Body, Path, Query, SignedIn, Write};
use chassis::identity::{Keys, RevokedSessions, Role, Verifier};
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use contracts::UserId;
use diesel::sql_types::{Integer, Text, Unsigned};
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use testkit::{Client, TestDatabase, TestIssuer};
use tokio::sync::Notify;

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/migrations");

/// A thing, as it is sent and as it is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thing {
    pub(crate) id: u32,
    pub(crate) label: String,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) amount: i32,
}

#[derive(Deserialize)]
struct Search {
    limit: u32,
}

#[post("/things")]
async fn create(
    write: Write<Body<Thing>>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    let Body(thing) = &write.body;
    write
        .run(&db, &clock, StatusCode::CREATED, async |conn| {
            insert(conn, thing.id, &thing.label, 1).await?;
            Ok::<_, DbError>(serde_json::json!({ "id": thing.id }))
        })
        .await
}

#[get("/things")]
async fn list(Query(search): Query<Search>) -> HttpResponse {
    HttpResponse::Ok().json(search.limit)
}

#[get("/things/{id}")]
async fn show(Path(id): Path<u32>, _: SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(id)
}

/// Holds a request until the test lets it go.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) entered: Notify,
    pub(crate) leave: Notify,
}

#[get("/slow")]
async fn slow(gate: web::Data<Gate>) -> HttpResponse {
    gate.entered.notify_one();
    gate.leave.notified().await;
    HttpResponse::Ok().json("done")
}

pub(crate) async fn insert(
    conn: &mut Conn,
    id: u32,
    label: &str,
    amount: i32,
) -> Result<(), DbError> {
    diesel::sql_query("INSERT INTO things (id, label, amount) VALUES (?, ?, ?)")
        .bind::<Unsigned<Integer>, _>(id)
        .bind::<Text, _>(label)
        .bind::<Integer, _>(amount)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn count(db: &Db) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let mut conn = db.conn().await.unwrap();
    let rows = diesel::sql_query("SELECT COUNT(*) AS n FROM things");
    rows.get_result::<Count>(&mut conn).await.unwrap().n
}

/// The running service.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) issuer: TestIssuer,
    pub(crate) clock: ManualClock,
    pub(crate) db: Db,
    pub(crate) life: Lifecycle,
    pub(crate) gate: Arc<Gate>,
    pub(crate) ended: tokio::task::JoinHandle<std::io::Result<bool>>,
    _database: TestDatabase,
}

impl App {
    pub(crate) async fn spawn() -> Self {
        let database = TestDatabase::create(MIGRATIONS).await;
        let db = database.db();
        let issuer = TestIssuer::new();
        let clock = ManualClock::at(noon());
        let keys = Keys::own();
        keys.replace(&issuer.jwks());
        let verifier = Verifier::new(
            &TestIssuer::identity_config(""),
            keys,
            RevokedSessions::default(),
            Clock::Manual(clock.clone()),
        );
        let life = Lifecycle::new();
        let readiness = Readiness { life: life.clone(), checks: Vec::new() };
        let gate = Arc::new(Gate::default());
        let (shared_db, shared_clock, shared_gate) = (db.clone(), clock.clone(), gate.clone());
        let http = HttpConfig {
            bind: "127.0.0.1:0".parse().unwrap(),
            workers: 2,
            shutdown_timeout: Duration::from_secs(5),
        };
        let listening = listen(&http, readiness, move |app| {
            app.app_data(web::Data::new(shared_db.clone()))
                .app_data(web::Data::new(Clock::Manual(shared_clock.clone())))
                .app_data(web::Data::new(verifier.clone()))
                .app_data(web::Data::from(shared_gate.clone()))
                .configure(document::serve(r#"{"paths":{"/things":{"get":{},"post":{}}}}"#))
                .service(create)
                .service(list)
                .service(show)
                .service(slow);
        })
        .unwrap();
        let client = Client::new(format!("http://{}", listening.address()));
        let client = client.with_token(issuer.token(UserId::new(), Role::User, noon()));
        let ended = tokio::spawn(listening.run());
        Self { client, issuer, clock, db, life, gate, ended, _database: database }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.life.stop();
    }
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}
