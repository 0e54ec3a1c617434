//! RabbitMQ with its web-STOMP plug-in, as the system's packages have it.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use tokio::process::Child;

use super::contestant::Contestant;
use super::dialect::Dialect;
use super::{PEOPLE, ROOMS, Started};
use crate::machine::{command_on, free_address, installed, wait_until_ready};

const CONFIG: &str = "listeners.tcp = none\n\
    loopback_users = none\n\
    web_stomp.tcp.ip = 127.0.0.1\n\
    web_stomp.cowboy_opts.idle_timeout = 3600000\n\
    log.console = false\n";

/// Starts a node of its own. Rooms are topics, and there are no people.
pub(super) async fn start(name: &'static str, core: usize) -> Started {
    let (Some(server), Some(epmd)) = (installed("rabbitmq-server"), installed("epmd")) else {
        eprintln!("{name} is left out; it comes with apt-get install rabbitmq-server");
        return Ok(None);
    };
    // The script beside it refuses whoever is not its own user; this one does not.
    let Some(server) = unwrapped(&server) else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    let (address, distribution, epmd_address) = (free_address()?, free_address()?, free_address()?);
    let names = spawn_epmd(&epmd, epmd_address)?;
    fs::write(folder.path().join("enabled_plugins"), "[rabbitmq_web_stomp].\n")?;
    let port = format!("web_stomp.tcp.port = {}\nstomp.listeners.tcp = none\n", address.port());
    fs::write(folder.path().join("rabbitmq.conf"), format!("{CONFIG}{port}"))?;
    let mut command = command_on(core, &server);
    command
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("RABBITMQ_NODENAME", "bench@localhost")
        .env("RABBITMQ_DIST_PORT", distribution.port().to_string())
        .env("RABBITMQ_MNESIA_BASE", folder.path().join("mnesia"))
        .env("RABBITMQ_LOG_BASE", folder.path())
        .env("RABBITMQ_CONFIG_FILE", folder.path().join("rabbitmq.conf"))
        .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.path().join("enabled_plugins"))
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_EPMD_PORT", epmd_address.port().to_string())
        .env("RUNNING_UNDER_SYSTEMD", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let node = command.spawn()?;
    wait_until_ready(address, "/ws").await?;
    Ok(Some(Contestant {
        name,
        dialect: Dialect::WebStomp,
        addresses: vec![address],
        tokens: vec![String::new(); PEOPLE],
        rooms: (0..ROOMS).map(|room| format!("room-{room}")).collect(),
        processes: vec![node],
        stores: Vec::new(),
        _keep: Some(Box::new((folder, names))),
    }))
}

/// The start script that the packaged one runs.
fn unwrapped(script: &Path) -> Option<std::path::PathBuf> {
    let versions = script.parent()?.join("../lib/rabbitmq/lib");
    let versions = [versions, "/usr/lib/rabbitmq/lib".into()];
    let folders =
        versions.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    folders.map(|folder| folder.path().join("sbin/rabbitmq-server")).find(|path| path.is_file())
}

fn spawn_epmd(epmd: &Path, address: SocketAddr) -> Result<Child> {
    let mut command = command_on(0, epmd);
    command.args(["-address", "127.0.0.1", "-port", &address.port().to_string()]);
    Ok(command.spawn()?)
}
