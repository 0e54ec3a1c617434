//! socket.io in Node, with its Redis adapter, a token check, and one INSERT for each message.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, ensure};
use chassis::db::Conn;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use tokio::process::Command;

use super::contestant::Contestant;
use super::dialect::Dialect;
use super::ours::{database, stores, variable};
use super::{PEOPLE, ROOMS, Started};
use crate::gateway::tokens::Tokens;
use crate::machine::{self, command_on, free_address, installed, wait_until_ready};

const SERVER: &str = include_str!("socket_io/server.mjs");
const PACKAGE: &str = include_str!("socket_io/package.json");

/// Starts two instances. Rooms are names, and everyone may enter them.
pub(super) async fn start(name: &'static str, core: usize) -> Started {
    let (Some(node), Some(npm)) = (installed("node"), installed("npm")) else {
        eprintln!("{name} is left out; it comes with apt-get install nodejs npm");
        return Ok(None);
    };
    let folder = install(&npm).await?;
    let database = database("bench_socket_io").await?;
    let mut conn = Conn::establish(&database).await?;
    conn.batch_execute(
        "CREATE TABLE messages (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, \
         room VARCHAR(64) NOT NULL, sender CHAR(36) NOT NULL, content VARCHAR(2000) NOT NULL, \
         sent_at DATETIME(6) NOT NULL DEFAULT NOW(6), KEY ix_room (room, id))",
    )
    .await?;
    let tokens = Tokens::new()?;
    let (mut addresses, mut processes) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let address = free_address()?;
        let mut command = command_on(core, &node);
        command
            .arg(folder.join("server.mjs"))
            .env("PORT", address.port().to_string())
            .env("SECRET", &tokens.secret)
            .env("DATABASE_URL", &database)
            .env("REDIS_URL", variable("TEST_REDIS_URL")?)
            .stdin(Stdio::null());
        processes.push(command.spawn()?);
        wait_until_ready(address, "/").await?;
        addresses.push(address);
    }
    let stores = stores().await?;
    for pid in &stores {
        machine::keep_on(*pid, core)?;
    }
    Ok(Some(Contestant {
        name,
        dialect: Dialect::SocketIo,
        addresses,
        tokens: vec![tokens.hs256()?; PEOPLE],
        rooms: (0..ROOMS).map(|room| format!("room-{room}")).collect(),
        processes,
        stores,
        _keep: None,
    }))
}

/// Installs its packages into a folder that is kept for the next time.
async fn install(npm: &Path) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join("project509-bench-socket-io");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("server.mjs"), SERVER)?;
    let package = folder.join("package.json");
    let is_installed = fs::read_to_string(&package).is_ok_and(|there| there == PACKAGE)
        && folder.join("node_modules").is_dir();
    if !is_installed {
        fs::write(&package, PACKAGE)?;
        let mut command = Command::new(npm);
        command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]);
        let status = command.current_dir(&folder).status().await?;
        ensure!(status.success(), "the packages of socket.io could not be installed");
    }
    Ok(folder)
}
