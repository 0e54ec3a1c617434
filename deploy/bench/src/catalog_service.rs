//! The catalog-service as it is shipped, with a source and databases of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use catalog_service::cli::MIGRATIONS;
use chassis::db::{Conn, migrate};
use chassis::http::client;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::machine::free_address;

/// The key that the stand-in is asked with.
pub const KEY: &str = "bench";

/// Makes an empty database with the tables of the service; gives its URL.
pub async fn database(name: &str) -> Result<String> {
    let server = variable("TEST_DATABASE_URL")?;
    let server = server.trim_end_matches('/');
    let mut conn = Conn::establish(&format!("{server}/")).await?;
    let sql =
        format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4");
    conn.batch_execute(&sql).await?;
    let url = format!("{server}/{name}");
    migrate::run(&url, MIGRATIONS).await?;
    Ok(url)
}

/// The service's program, told where its servers are.
pub fn command(database: &str, source: &str) -> Result<Command> {
    let folder = variable("SERVICES_DIR")?;
    let program = Path::new(&folder).join("catalog-service");
    ensure!(program.is_file(), "{} is not there", program.display());
    let mut command = Command::new(program);
    command
        .env("CATALOG__DATABASE__URL", database)
        .env("CATALOG__REDIS__URL", variable("TEST_REDIS_URL")?)
        .env("CATALOG__REDIS__KEY_PREFIX", "bench-catalog:")
        .env("CATALOG__BROKER__URL", variable("TEST_AMQP_URL")?)
        .env("CATALOG__IDENTITY__JWKS_URL", "http://127.0.0.1:9/")
        .env("CATALOG__MAFRA__BASE_URL", source)
        .env("CATALOG__MAFRA__KEY", KEY)
        .env("CATALOG__LOG__FILTER", "warn")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

/// The first rows of the public table, or of the project's sample where that is not at hand; a
/// folder to serve them from.
pub fn rows(count: usize) -> Result<(TempDir, usize)> {
    let file = items_csv()?;
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let folder = tempfile::tempdir()?;
    let mut copy = std::fs::File::create(folder.path().join("items.csv"))?;
    let mut taken = 0;
    for line in text.lines().take(count + 1) {
        writeln!(copy, "{line}")?;
        taken += 1;
    }
    Ok((folder, taken - 1))
}

/// The public table, or the project's sample where that is not at hand.
pub fn items_csv() -> Result<PathBuf> {
    let folder = std::env::var("DATA_DIR").unwrap_or_else(|_| "../shared/data".into());
    let real = Path::new(&folder).join("items.csv");
    let sample = Path::new("deploy/sample/items.csv");
    let file = [real.as_path(), sample].into_iter().find(|file| file.is_file());
    Ok(file.context("neither DATA_DIR nor the sample has items.csv")?.to_owned())
}

/// A running stand-in for the open API; it ends with this value.
pub struct StandIn {
    /// Where it is.
    pub url: String,
    _process: Child,
}

impl StandIn {
    /// Starts it with the `items.csv` of a folder.
    pub async fn start(folder: &Path, latency: Duration) -> Result<Self> {
        let mut process = command("mysql://unused", "http://unused")?
            .arg("stub-mafra")
            .args(["--bind", "127.0.0.1:0", "--latency", &format!("{}ms", latency.as_millis())])
            .arg("--data")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("no output")?;
        let line = BufReader::new(output).lines().next_line().await?.unwrap_or_default();
        let url = line.split_whitespace().last().context("the stand-in did not start")?.to_owned();
        Ok(Self { url, _process: process })
    }
}

/// Starts the service; gives its address and the process, with which it ends.
pub async fn serve(database: &str) -> Result<(SocketAddr, Child)> {
    let address = free_address()?;
    let process = command(database, "http://127.0.0.1:9/")?
        .arg("serve")
        .env("CATALOG__HTTP__BIND", address.to_string())
        .spawn()?;
    let http = client::build(Duration::from_secs(1))?;
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let ready = http.get(format!("http://{address}/ready")).send().await;
        if ready.is_ok_and(|answer| answer.status().is_success()) {
            return Ok((address, process));
        }
        if Instant::now() > deadline {
            bail!("the catalog-service was not ready in time");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).context("run it with `cargo xtask bench`")
}
