//! A private RabbitMQ: one node, its own name server, nothing beyond the loopback interface.

use std::ffi::OsStr;
use std::fs;
use std::net::ToSocketAddrs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{BROKER_USER, Durability, Plan};
use crate::fleet::{Fleet, Rank};
use crate::folders;
use crate::packages::Toolbox;
use crate::ready;
use crate::secrets::write_private;

/// Starts RabbitMQ; it is not ready yet.
pub(super) fn start(fleet: &mut Fleet, tools: &Toolbox, plan: &Plan, password: &str) -> Result<()> {
    ensure!(
        ("localhost", 0).to_socket_addrs().is_ok(),
        "RabbitMQ needs the name `localhost`: add the line `127.0.0.1 localhost` to /etc/hosts"
    );
    let data = plan.data.join("rabbitmq");
    folders::create(&data)?;
    fs::write(data.join("enabled_plugins"), "[].\n")?;
    write_private(
        &data.join("rabbitmq.conf"),
        &format!(
            "listeners.tcp.1 = 127.0.0.1:{}\n\
             default_user = {BROKER_USER}\n\
             default_pass = {password}\n\
             disk_free_limit.absolute = 50MB\n\
             log.console.level = info\n{}",
            plan.ports.broker,
            match plan.durability {
                Durability::Full => "",
                // A new write-ahead log begins sooner: less memory for a run on `/dev/shm`.
                Durability::None => "raft.wal_max_size_bytes = 32000000\n",
            },
        ),
    )?;

    let mut epmd = tools.command("epmd")?;
    epmd.args(["-address", "127.0.0.1", "-port", &plan.ports.epmd.to_string()]);
    fleet.start("epmd", Rank::Support, epmd, &plan.logs.join("epmd.log"))?;
    let epmd = plan.ports.epmd;
    fleet.wait_for("epmd", Duration::from_secs(10), || ready::listens(epmd))?;

    let mut command = tools.command("rabbitmq-server")?;
    if let Some(core) = core_plugin(Path::new(command.get_program())) {
        command.env("RABBITMQ_PLUGINS_DIR", only(&core, &data.join("plugins"))?);
    }
    command
        .current_dir(&data)
        .env("HOME", &data)
        .env("RABBITMQ_NODENAME", "platform@localhost")
        .env("RABBITMQ_NODE_PORT", plan.ports.broker.to_string())
        .env("RABBITMQ_DIST_PORT", plan.ports.distribution.to_string())
        .env("RABBITMQ_MNESIA_BASE", data.join("mnesia"))
        .env("RABBITMQ_LOG_BASE", &data)
        .env("RABBITMQ_LOGS", "-")
        .env("RABBITMQ_CONFIG_FILE", data.join("rabbitmq.conf"))
        .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", data.join("enabled_plugins"))
        .env("ERL_CRASH_DUMP_SECONDS", "0")
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_EPMD_PORT", epmd.to_string())
        // Makes the start script become the node, so that signals reach it.
        .env("RUNNING_UNDER_SYSTEMD", "1");
    fleet.start("RabbitMQ", Rank::Server, command, &plan.logs.join("rabbitmq.log"))
}

/// The folder of the one plug-in that RabbitMQ itself is, seen from its start script.
fn core_plugin(script: &Path) -> Option<PathBuf> {
    let versions = script.parent()?.join("../lib").read_dir().ok()?;
    let plugins =
        versions.flatten().filter_map(|version| version.path().join("plugins").read_dir().ok());
    plugins.flatten().flatten().map(|plugin| plugin.path()).find(|path| {
        path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with("rabbit-"))
    })
}

/// A folder of plug-ins with this one alone: to read the list of all costs seconds at each start.
fn only(plugin: &Path, folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    folders::create(folder)?;
    symlink(plugin, folder.join(plugin.file_name().context("a plug-in without a name")?))?;
    Ok(folder.to_owned())
}
