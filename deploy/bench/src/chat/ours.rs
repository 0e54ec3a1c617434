//! The chat-service as it is shipped, one instance or several.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use chassis::db::Conn;
use chassis::redis::redis;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};

use super::contestant::Contestant;
use super::dialect::Dialect;
use super::{PEOPLE, ROOMS, Started, rooms};
use crate::gateway::{service, tokens::Tokens};
use crate::machine::{self, command_on, free_address, wait_until_ready};

/// Starts it on a database of its own.
pub(super) async fn start(name: &'static str, instances: usize, core: usize) -> Started {
    let folder = variable("SERVICES_DIR")?;
    let program = Path::new(&folder).join("chat-service");
    ensure!(program.is_file(), "{} is not there", program.display());
    let database = database("bench_chat").await?;
    let tokens = Tokens::new()?;
    let keys = format!("http://{}/jwks.json", service::start(&tokens.jwks()?)?);
    let command = |core| {
        let mut command = command_on(core, &program);
        command
            .env("CHAT__DATABASE__URL", &database)
            .env("CHAT__REDIS__URL", variable("TEST_REDIS_URL").unwrap_or_default())
            .env("CHAT__REDIS__KEY_PREFIX", "bench-chat:")
            .env("CHAT__BROKER__URL", variable("TEST_AMQP_URL").unwrap_or_default())
            .env("CHAT__IDENTITY__JWKS_URL", &keys)
            .env("CHAT__HTTP__WORKERS", "1")
            // One person sends as fast as a thousand, and nobody is asked whether they are there.
            .env("CHAT__SENDING__BURST", "1000000000")
            .env("CHAT__SENDING__PER_SECOND", "1000000000")
            .env("CHAT__SOCKET__MAX_CONNECTIONS", "100000")
            .env("CHAT__SOCKET__MAX_WAITING_BYTES", "16777216")
            .env("CHAT__SOCKET__PING_EVERY_MS", "3600000")
            .env("CHAT__LOG__FILTER", "warn")
            .stdin(Stdio::null());
        command
    };
    let migrated = command(core).arg("migrate").status().await?;
    ensure!(migrated.success(), "the tables of the chat-service could not be made");
    let (rooms, people) = rooms::fill(&database, ROOMS, PEOPLE).await?;
    let (mut addresses, mut processes) = (Vec::new(), Vec::new());
    for _ in 0..instances {
        let address = free_address()?;
        let mut command = command(core);
        command.arg("serve").env("CHAT__HTTP__BIND", address.to_string());
        processes.push(command.spawn()?);
        wait_until_ready(address, "/health").await?;
        addresses.push(address);
    }
    let tokens = people.iter().map(|id| tokens.ed25519_of(*id)).collect::<Result<_>>()?;
    let stores = stores().await?;
    for pid in &stores {
        machine::keep_on(*pid, core)?;
    }
    Ok(Some(Contestant {
        name,
        dialect: Dialect::Ours,
        addresses,
        tokens,
        rooms,
        processes,
        stores,
        _keep: None,
    }))
}

#[derive(QueryableByName)]
struct PidFile {
    #[diesel(sql_type = Text)]
    path: String,
}

/// The processes of the database and of Redis.
pub(super) async fn stores() -> Result<Vec<u32>> {
    let mut conn = Conn::establish(&server("")?).await?;
    let file: PidFile =
        diesel::sql_query("SELECT @@global.pid_file AS path").get_result(&mut conn).await?;
    let mut found = Vec::new();
    if let Ok(pid) = std::fs::read_to_string(&file.path) {
        found.push(pid.trim().parse()?);
    }
    let client = redis::Client::open(variable("TEST_REDIS_URL")?)?;
    let mut conn = client.get_multiplexed_async_connection().await?;
    let info: String = redis::cmd("INFO").arg("server").query_async(&mut conn).await?;
    let pid = info.lines().find_map(|line| line.strip_prefix("process_id:"));
    found.push(pid.context("Redis has no process")?.trim().parse()?);
    Ok(found)
}

/// An empty database; gives its URL.
pub(super) async fn database(name: &str) -> Result<String> {
    let mut conn = Conn::establish(&server("")?).await?;
    let sql =
        format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4");
    conn.batch_execute(&sql).await?;
    server(name)
}

fn server(database: &str) -> Result<String> {
    Ok(format!("{}/{database}", variable("TEST_DATABASE_URL")?.trim_end_matches('/')))
}

pub(super) fn variable(name: &str) -> Result<String> {
    std::env::var(name).context("run it with `cargo xtask bench`")
}
