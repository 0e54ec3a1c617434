//! Starting processes that cannot outlive the launcher.

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::{Pid, getpid, getppid};

use crate::guard::Guard;
use crate::interrupt::{Interrupt, Interrupted};

/// How long a command may take to stop when it is interrupted.
const GRACE: Duration = Duration::from_secs(10);

/// What becomes of a child when the launcher dies without having stopped it.
#[derive(Debug)]
pub enum Fate {
    /// The kernel kills it.
    ///
    /// The parent of a child is, to the kernel, a thread: spawn from the one that lives as long as
    /// the child should, which in the launcher is the main thread.
    Tied,
    /// The kernel kills it, and until then it holds this lock too.
    TiedHolding(File),
    /// It ends by itself.
    Free,
}

/// Decides the fate of a child and lets it receive the signals that the launcher blocks.
pub fn prepare(command: &mut Command, fate: Fate) {
    let launcher = getpid();
    let prepare = move || {
        SigSet::empty().thread_set_mask()?;
        if matches!(fate, Fate::Tied | Fate::TiedHolding(_)) {
            set_pdeathsig(Signal::SIGKILL)?;
            // The launcher may have died between the fork and the line above.
            if getppid() != launcher {
                return Err(Errno::ESRCH.into());
            }
        }
        if let Fate::TiedHolding(lock) = &fate {
            fcntl(lock, FcntlArg::F_SETFD(FdFlag::empty()))?;
        }
        Ok(())
    };
    // SAFETY: between fork and exec the closure only makes system calls that are safe in a signal
    // handler (sigprocmask, prctl, getppid, fcntl); it neither allocates nor takes a lock.
    #[expect(unsafe_code, reason = "only the child itself can ask to die with its parent")]
    unsafe {
        command.pre_exec(prepare);
    }
}

/// Sends a signal to a child and to all it started in its group.
pub fn signal_group(child: &Child, signal: Signal) {
    if let Ok(pid) = i32::try_from(child.id()) {
        // A group that is already gone is what was wanted.
        let _ = killpg(Pid::from_raw(pid), signal);
    }
}

/// Runs a command to its end in a process group of its own, calling `tick` while it runs.
///
/// Neither it nor what it starts in that group outlives the launcher.
///
/// An error of `tick`, or a Ctrl-C, ends the command and is returned.
pub fn run(
    command: &mut Command,
    interrupt: &Interrupt,
    tick: impl FnMut() -> Result<()>,
) -> Result<ExitStatus> {
    prepare(command, Fate::Tied);
    command.stdin(Stdio::null()).process_group(0);
    let mut child = spawn(command)?;
    let _guard = Guard::over(&child)?;
    wait(&mut child, interrupt, tick)
}

/// Waits for the leader of a process group, as [`run`] does.
pub fn wait(
    child: &mut Child,
    interrupt: &Interrupt,
    mut tick: impl FnMut() -> Result<()>,
) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let asked = interrupt.pause(Duration::from_millis(30)).map_err(anyhow::Error::from);
        if let Err(reason) = asked.and_then(|()| tick()) {
            signal_group(child, Signal::SIGTERM);
            end(child, interrupt, GRACE);
            return Err(reason);
        }
    }
}

/// Runs a command that must succeed and is silent unless it fails.
pub fn run_quietly(command: &mut Command, interrupt: &Interrupt, log: &File) -> Result<()> {
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    let status = run(command, interrupt, || Ok(()))?;
    if !status.success() {
        bail!("`{}` failed: {}", program(command), describe(status));
    }
    Ok(())
}

/// Runs a command of the user on the launcher's own terminal, where Ctrl-C reaches it directly.
pub fn run_in_foreground(
    command: &mut Command,
    interrupt: &Interrupt,
    mut tick: impl FnMut() -> Result<()>,
) -> Result<ExitStatus> {
    prepare(command, Fate::Tied);
    let mut child = spawn(command)?;
    loop {
        if let Some(status) = child.try_wait()? {
            // What a Ctrl-C made of the command is not its own doing.
            return if interrupt.count() > 0 { Err(Interrupted.into()) } else { Ok(status) };
        }
        let asked = interrupt.count();
        let more = interrupt.pause_until_more_than(asked, Duration::from_millis(30));
        if let Err(reason) = tick() {
            child.kill()?;
            child.wait()?;
            return Err(reason);
        }
        if more && asked > 0 {
            child.kill()?;
        }
    }
}

/// Waits for a child that was told to stop; after `grace`, or another Ctrl-C, kills its group.
pub fn end(child: &mut Child, interrupt: &Interrupt, grace: Duration) {
    let seen = interrupt.count();
    let deadline = Instant::now() + grace;
    while matches!(child.try_wait(), Ok(None)) {
        let impatient = interrupt.pause_until_more_than(seen, Duration::from_millis(20));
        if impatient || Instant::now() >= deadline {
            signal_group(child, Signal::SIGKILL);
            // Killed: only to collect it, and if that fails there is nothing left to do.
            let _ = child.wait();
            return;
        }
    }
}

/// Lets this process and its children open as many files as the system allows, up to 65,536.
///
/// The usual 1,024 are too few for servers; millions make some programs slow, which close them all.
pub fn raise_file_limit() -> nix::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let wanted = hard.min(65_536);
    if soft < wanted { setrlimit(Resource::RLIMIT_NOFILE, wanted, hard) } else { Ok(()) }
}

/// How a process ended, in words.
#[must_use]
pub fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => match Signal::try_from(signal) {
            Ok(signal) => format!("killed by {signal}"),
            Err(_) => format!("killed by signal {signal}"),
        },
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

/// Starts a command; the error names it.
pub fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("cannot start `{}`", program(command)))
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The answer of a command that must succeed, as text.
pub fn output(command: &mut Command) -> Result<String> {
    let name = program(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error: io::Error| anyhow::anyhow!("cannot run `{name}`: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{name}` failed: {}", said.trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}
