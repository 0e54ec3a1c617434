//! The machine that is measured on: which core does what, and what a process has used.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::http::client;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
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

/// The bytes of memory that a process and its children, as they are now, have in use.
pub fn resident(pid: u32) -> Result<u64> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(|child| own_resident(child.parse()?));
    children.chain([own_resident(pid)]).sum()
}

fn own_resident(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.context("/proc/PID/status has no VmRSS")?.parse::<u64>()? * 1024)
}

/// Lets this process open as many files as it may.
pub fn open_many_files() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}

/// Moves a process that runs already, with all its threads, to one core.
pub fn keep_on(pid: u32, core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let name = thread?.file_name();
        let thread = name.to_str().context("a thread has a number")?.parse()?;
        // A thread may have ended meanwhile.
        let _ = sched_setaffinity(Pid::from_raw(thread), &set);
    }
    Ok(())
}

/// Waits until a server answers, whatever it says.
pub async fn wait_until_ready(address: SocketAddr, path: &str) -> Result<()> {
    let http = client::build(Duration::from_secs(1))?;
    let deadline = Instant::now() + Duration::from_mins(1);
    while http.get(format!("http://{address}{path}")).send().await.is_err() {
        ensure!(Instant::now() < deadline, "nothing answers at {address}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
