//! Throw-away servers: for tests, benchmarks and whoever needs some for an hour.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::fleet::Fleet;
use crate::folders::Scratch;
use crate::launcher::Launcher;
use crate::packages;
use crate::ports::ServerPorts;
use crate::process;
use crate::secrets::{Secrets, write_private};
use crate::servers::{self, Durability, Own, Plan, Server, Servers};
use crate::url::Url;

/// Running servers whose data is gone with this value.
///
/// The fields are dropped in this order: the servers stop before their folder is removed.
#[derive(Debug)]
pub struct ThrowAway {
    /// The servers' processes.
    pub fleet: Fleet,
    /// Where the servers are.
    pub servers: Servers,
    /// Where the data is.
    pub scratch: Scratch,
    ports: ServerPorts,
}

impl ThrowAway {
    /// Starts servers in memory that never flush: fast, and enough for tests.
    pub fn for_tests(launcher: &Launcher) -> Result<Self> {
        let scratch = Scratch::in_memory_or_on(&launcher.run.join("tmp"))?;
        Self::start(launcher, scratch, Durability::None, Own::from_env("TEST_"))
    }

    /// Starts servers to be killed: nobody else's, and what they acknowledged outlives them.
    pub fn to_be_killed(launcher: &Launcher) -> Result<Self> {
        let scratch = Scratch::in_memory_or_on(&launcher.run.join("tmp"))?;
        Self::start(launcher, scratch, Durability::Full, Own::default())
    }

    /// Starts servers on the disk that flush every commit, as in production.
    pub fn for_benchmarks(launcher: &Launcher) -> Result<Self> {
        let scratch = Scratch::below(&launcher.run.join("tmp"))?;
        Self::start(launcher, scratch, Durability::Full, Own::from_env("TEST_"))
    }

    fn start(
        launcher: &Launcher,
        scratch: Scratch,
        durability: Durability,
        own: Own,
    ) -> Result<Self> {
        let tools = packages::ensure(launcher, &own.needs())?;
        let data = scratch.path().to_owned();
        let logs = data.join("log");
        let ports = ServerPorts::free()?;
        let plan = Plan { data, logs, ports, durability, own };
        let mut secrets = Secrets::open(&scratch.path().join("secrets"))?;
        let lock = scratch.lock()?;
        let mut fleet = Fleet::new(launcher.console, launcher.interrupt.clone(), Some(lock));
        let servers = servers::start(&mut fleet, launcher.console, &tools, &plan, &mut secrets)?;
        Ok(Self { fleet, servers, scratch, ports })
    }

    /// Kills a server, as a power cut would, and waits until it is back.
    pub fn cut_power(&mut self, server: Server) -> Result<()> {
        self.fleet.kill_and_start_again(server.name())?;
        let Url { password, .. } = self.servers.redis.parse()?;
        server.wait_for(&mut self.fleet, &self.ports, &password)
    }

    /// The variables by which tests find the servers.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, &str); 3] {
        [
            ("TEST_DATABASE_URL", &self.servers.database),
            ("TEST_REDIS_URL", &self.servers.redis),
            ("TEST_AMQP_URL", &self.servers.broker),
        ]
    }
}

/// Runs a command with throw-away servers, or keeps them until Ctrl-C if there is none.
pub fn serve(launcher: &Launcher, durable: bool, command: &[String]) -> Result<()> {
    let mut running = if durable {
        ThrowAway::for_benchmarks(launcher)?
    } else {
        ThrowAway::for_tests(launcher)?
    };
    if let Some((program, arguments)) = command.split_first() {
        let mut command = Command::new(program);
        command.args(arguments).envs(running.variables());
        let status = running.fleet.run_in_foreground(&mut command)?;
        if !status.success() {
            bail!("`{program}` failed: {}", process::describe(status));
        }
        return Ok(());
    }
    let exports =
        running.variables().map(|(name, value)| format!("export {name}='{value}'\n")).concat();
    print!("{exports}");
    let file = launcher.run.join("servers.env");
    write_private(&file, &exports)?;
    launcher.console.note(format!("also in {}; Ctrl-C stops the servers", file.display()));
    let ended = running.fleet.watch_until_asked(|| ());
    remove_own(&file, &exports);
    ended
}

/// Another run may have written its own addresses into the file meanwhile.
fn remove_own(file: &Path, exports: &str) {
    if fs::read_to_string(file).is_ok_and(|text| text == exports) {
        // A stale file misleads but harms nothing.
        let _ = fs::remove_file(file);
    }
}
