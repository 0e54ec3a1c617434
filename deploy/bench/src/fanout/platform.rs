//! The party-service and two instances of the notify-service, as they are shipped.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context as _, Result, ensure};
use chassis::config::DatabaseConfig;
use chassis::db::{Conn, Db, migrate};
use chassis::http::client;
use contracts::UserId;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use notify_service::cli::MIGRATIONS;
use notify_service::store::inboxes;
use secrecy::SecretString;
use serde_json::json;
use tokio::process::{Child, Command};

use crate::crowd::{self, Market};
use crate::machine::free_address;
use crate::party_service::{PartyService, server};

const DATABASE: &str = "bench_fanout_notify";

/// Everything that runs.
pub(super) struct Platform {
    pub(super) party: PartyService,
    /// The database of the notify-service.
    pub(super) db: Db,
    /// Who will open a party each.
    pub(super) leaders: Vec<UserId>,
    /// Where parties can meet.
    pub(super) markets: Vec<Market>,
    instances: Vec<(SocketAddr, Child)>,
}

impl Platform {
    /// Starts it, with so many people who can open parties.
    pub(super) async fn start(leaders: usize) -> Result<Self> {
        let catalog = stand_in_for_the_catalogue()?;
        let (mut markets, mut people) = (Vec::new(), Vec::new());
        let told = [("PARTY__CATALOG__URL", format!("http://{catalog}"))];
        let party = PartyService::start_told("bench_fanout_party", &told, async |conn| {
            markets = crowd::markets(conn).await?;
            people = crowd::people(conn, leaders).await?;
            Ok(())
        })
        .await?;
        let url = database().await?;
        let mut instances = Vec::new();
        for _ in 0..2 {
            instances.push(serve(&url, party.address).await?);
        }
        let db = Db::new(&DatabaseConfig {
            url: SecretString::from(url),
            max_connections: 4,
            acquire_timeout: Duration::from_mins(1),
            statement_timeout: Duration::from_mins(5),
        })?;
        Ok(Self { party, db, leaders: people, markets, instances })
    }

    /// The instance that serves the stream with this number.
    pub(super) fn instance(&self, stream: usize) -> Result<SocketAddr> {
        let instance = self.instances.get(stream % self.instances.len());
        Ok(instance.context("no instance")?.0)
    }

    /// The number of the last notification of somebody.
    pub(super) async fn last_seq(&self, person: UserId) -> Result<u64> {
        Ok(inboxes::find(&mut *self.db.conn().await?, person).await?.last_seq)
    }
}

async fn database() -> Result<String> {
    let server = server("TEST_DATABASE_URL")?;
    let server = server.trim_end_matches('/');
    let create = format!(
        "DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4"
    );
    Conn::establish(&format!("{server}/")).await?.batch_execute(&create).await?;
    let url = format!("{server}/{DATABASE}");
    migrate::run(&url, MIGRATIONS).await?;
    Ok(url)
}

async fn serve(database: &str, party: SocketAddr) -> Result<(SocketAddr, Child)> {
    let program = Path::new(&server("SERVICES_DIR")?).join("notify-service");
    ensure!(program.is_file(), "{} is not there", program.display());
    let address = free_address()?;
    let child = Command::new(program)
        .arg("serve")
        .env("NOTIFY__HTTP__BIND", address.to_string())
        .env("NOTIFY__DATABASE__URL", database)
        .env("NOTIFY__REDIS__URL", server("TEST_REDIS_URL")?)
        .env("NOTIFY__REDIS__KEY_PREFIX", "bench-fanout:")
        .env("NOTIFY__BROKER__URL", server("TEST_AMQP_URL")?)
        .env("NOTIFY__IDENTITY__JWKS_URL", format!("http://{party}/.well-known/jwks.json"))
        .env("NOTIFY__LOG__FILTER", "warn")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (http, began) = (client::build(Duration::from_secs(1))?, Instant::now());
    loop {
        let ready = http.get(format!("http://{address}/ready")).send().await;
        if ready.is_ok_and(|answer| answer.status().is_success()) {
            return Ok((address, child));
        }
        ensure!(began.elapsed() < super::PATIENCE, "the notify-service was not ready in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Knows every item there may be.
fn stand_in_for_the_catalogue() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let item = |code: web::Path<String>| {
        let category = json!({ "code": "06", "name": "과실류" });
        let item = json!({ "code": *code, "name": "사과 (후지)", "category": category });
        std::future::ready(HttpResponse::Ok().json(item))
    };
    let app = move || App::new().route("/v1/items/{code}", web::get().to(item));
    tokio::spawn(HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run());
    Ok(address)
}
