//! The party-service as it is shipped, on a database of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use chassis::clock::Clock;
use chassis::config::{DatabaseConfig, IdentityConfig};
use chassis::db::{Conn, Db, migrate};
use chassis::http::client;
use chassis::identity::{Keys, Role};
use chrono::TimeDelta;
use contracts::{SessionId, UserId};
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use party_service::cli::MIGRATIONS;
use party_service::config::TokensConfig;
use party_service::tokens::{KeyFolder, KeyRing, Tokens};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::machine::free_address;

/// Tokens outlast any benchmark.
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);

/// A running party-service.
pub struct PartyService {
    /// Its database.
    pub db: Db,
    /// Where it listens.
    pub address: SocketAddr,
    tokens: Tokens,
    /// Ends with this value.
    _process: Child,
    _folder: TempDir,
}

impl PartyService {
    /// Makes the database, lets `fill` write into it, and starts the service.
    pub async fn start(
        database: &str,
        fill: impl AsyncFnOnce(&mut Conn) -> Result<()>,
    ) -> Result<Self> {
        Self::start_told(database, &[], fill).await
    }

    /// The same with variables that are set for the service.
    pub async fn start_told(
        database: &str,
        variables: &[(&str, String)],
        fill: impl AsyncFnOnce(&mut Conn) -> Result<()>,
    ) -> Result<Self> {
        let url = create(database).await?;
        migrate::run(&url, MIGRATIONS).await?;
        fill(&mut Conn::establish(&url).await?).await?;

        let folder = tempfile::tempdir()?;
        let now = Clock::System.now();
        KeyFolder::at(folder.path()).generate(now)?;
        let keys = KeyRing::open(folder.path(), TimeDelta::zero(), Keys::own())?;
        let tokens = Tokens::new(keys, &identity(), &lifetimes(folder.path()));
        let address = free_address()?;
        let process = serve(address, &url, folder.path(), variables)?;
        let service = Self {
            db: Db::new(&DatabaseConfig {
                url: SecretString::from(url),
                max_connections: 64,
                acquire_timeout: Duration::from_mins(1),
                statement_timeout: Duration::from_mins(1),
            })?,
            address,
            tokens,
            _process: process,
            _folder: folder,
        };
        service.wait().await?;
        Ok(service)
    }

    /// A token of this person.
    pub fn token(&self, user: UserId) -> Result<String> {
        let now = Clock::System.now();
        Ok(self.tokens.issue(user, SessionId::new(), Role::User, now)?.token)
    }

    async fn wait(&self) -> Result<()> {
        let http = client::build(Duration::from_secs(1))?;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let ready = http.get(format!("http://{}/ready", self.address)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the party-service was not ready in time");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn create(database: &str) -> Result<String> {
    let server = server("TEST_DATABASE_URL")?;
    let mut conn = Conn::establish(&format!("{}/", server.trim_end_matches('/'))).await?;
    let sql = format!(
        "DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database} CHARACTER SET utf8mb4; \
         SET GLOBAL innodb_buffer_pool_size = 3 * 1024 * 1024 * 1024"
    );
    conn.batch_execute(&sql).await?;
    Ok(format!("{}/{database}", server.trim_end_matches('/')))
}

fn serve(
    address: SocketAddr,
    database: &str,
    keys: &Path,
    variables: &[(&str, String)],
) -> Result<Child> {
    let folder = std::env::var("SERVICES_DIR").context("run it with `cargo xtask bench`")?;
    let program = Path::new(&folder).join("party-service");
    ensure!(program.is_file(), "{} is not there", program.display());
    Ok(Command::new(program)
        .arg("serve")
        .env("PARTY__HTTP__BIND", address.to_string())
        .env("PARTY__DATABASE__URL", database)
        .env("PARTY__REDIS__URL", server("TEST_REDIS_URL")?)
        .env("PARTY__REDIS__KEY_PREFIX", "bench-party:")
        .env("PARTY__BROKER__URL", server("TEST_AMQP_URL")?)
        .env("PARTY__TOKENS__KEYS_DIR", keys)
        .env("PARTY__LOG__FILTER", "warn")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?)
}

/// Where a server is that was started for this run.
pub fn server(variable: &str) -> Result<String> {
    std::env::var(variable).context("run it with `cargo xtask bench`")
}

fn identity() -> IdentityConfig {
    IdentityConfig {
        issuer: "https://project509.example".into(),
        audience: "project509".into(),
        jwks_url: String::new(),
    }
}

fn lifetimes(keys_dir: &Path) -> TokensConfig {
    TokensConfig {
        keys_dir: keys_dir.to_owned(),
        keys_reread: Duration::from_secs(30),
        publication_delay: Duration::ZERO,
        access_lifetime: TOKEN_LIFETIME,
        refresh_lifetime: TOKEN_LIFETIME,
    }
}
