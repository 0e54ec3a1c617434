//! The machine that is measured on: which core does what, and what a process has used.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::{Pid, SysconfVar, sysconf};
use tokio::process::Command;

/// Keeps this process, with all threads it starts from now on, on one core.
pub fn stay_on(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    sched_setaffinity(Pid::from_raw(0), &set).with_context(|| format!("core {core} is not ours"))
}

/// Fails unless there are so many cores: on fewer, what is measured disturbs itself.
pub fn require_cores(count: usize) -> Result<()> {
    let there = std::thread::available_parallelism()?.get();
    ensure!(there >= count, "this needs {count} cores, and there are {there}");
    Ok(())
}

/// A command that will run on one core, and that the kernel ends with this process, however that
/// ends.
#[must_use]
pub fn command_on(core: usize, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "taskset", "-c"]).arg(core.to_string()).arg(program);
    command.kill_on_drop(true);
    command
}

/// Where a program is, if it is installed.
#[must_use]
pub fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    // Servers stand where only root looks.
    path.split(':')
        .chain(["/usr/sbin", "/usr/local/sbin"])
        .map(|f| Path::new(f).join(program))
        .find(|p| p.is_file())
}

/// An address on loopback that nobody listens on.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The processor time that a process and its children, as they are now, have used.
pub fn cpu_time(pid: u32) -> Result<Duration> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(|child| own_cpu_time(child.parse()?));
    children.chain([own_cpu_time(pid)]).sum()
}

fn own_cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program is in brackets, and may have any character in it.
    let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat has no name in it")?;
    let field = |index| -> Result<u32> {
        let text = fields.split_whitespace().nth(index).context("/proc/PID/stat is short")?;
        Ok(text.parse()?)
    };
    let ticks = field(11)? + field(12)?;
    let per_second = sysconf(SysconfVar::CLK_TCK)?.context("no clock tick")?;
    Ok(Duration::from_secs(1) * ticks / u32::try_from(per_second)?)
}
