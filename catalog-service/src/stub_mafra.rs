//! A stand-in for the open API, for machines without a key, for tests and for measurements.
//!
//! It answers as the API is documented to: pages in JSON or XML, each refusal with its code, and
//! errors with HTTP 200, inside or outside the grid. It can be slow and it can be in trouble, the
//! way the API is.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

mod answer;
mod request;
mod table;
mod trouble;

use self::request::Request;
use self::table::Table;

/// What the stand-in is to be like.
#[derive(Clone, Debug)]
pub struct StubConfig {
    /// Where it listens; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The folder with `items.csv`.
    pub data: PathBuf,
    /// The key it wants; any if none is given.
    pub key: Option<String>,
    /// How long it takes to answer.
    pub latency: Duration,
    /// How often it is in trouble, from 0 to 1.
    pub error_rate: f64,
}

/// The stand-in cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StubError {
    /// The data cannot be read.
    #[error("{path} cannot be read: {source}")]
    Data {
        /// Which file.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// It cannot listen.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

struct Stub {
    table: Table,
    key: Option<String>,
    latency: Duration,
    error_rate: f64,
}

/// Begins to listen; says where. The server must be awaited or spawned.
pub fn listen(config: &StubConfig) -> Result<(SocketAddr, Server), StubError> {
    let stub = web::Data::new(Stub {
        table: open(&config.data.join("items.csv"))?,
        key: config.key.clone(),
        latency: config.latency,
        error_rate: config.error_rate,
    });
    let listener = TcpListener::bind(config.bind)?;
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || {
        App::new().app_data(stub.clone()).default_service(web::to(answer_request))
    })
    .disable_signals()
    .listen(listener)?
    .run();
    Ok((address, server))
}

fn open(path: &Path) -> Result<Table, StubError> {
    Table::open(path).map_err(|source| StubError::Data { path: path.display().to_string(), source })
}

async fn answer_request(request: HttpRequest, stub: web::Data<Stub>) -> HttpResponse {
    tokio::time::sleep(stub.latency).await;
    if rand::random_bool(stub.error_rate) {
        return trouble::answer();
    }
    match Request::parse(request.path(), stub.key.as_deref(), stub.table.len()) {
        Ok(Request { format, rows }) => answer::page(format, &stub.table, rows),
        Err((format, refusal)) => answer::refusal(format, refusal),
    }
}
