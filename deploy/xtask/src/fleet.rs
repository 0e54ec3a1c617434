//! The processes that run together: started one by one, watched, and stopped as one.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::console::{Console, spoken};
use crate::interrupt::Interrupt;
use crate::lock::Lock;
use crate::logs;
use crate::process::{self, Fate};

/// How many of its last log lines a dead process is shown with.
const LAST_WORDS: usize = 12;

/// When a process is stopped; later ranks serve earlier ones and therefore go later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The services of the platform.
    Service,
    /// MariaDB, Redis and RabbitMQ.
    Server,
    /// What a server needs until it is gone.
    Support,
}

impl Rank {
    const IN_ORDER_OF_STOPPING: [Self; 3] = [Self::Service, Self::Server, Self::Support];

    /// How long a process may take to stop by itself.
    const fn grace(self) -> Duration {
        match self {
            Self::Service => Duration::from_secs(20),
            Self::Server => Duration::from_secs(15),
            Self::Support => Duration::from_millis(200),
        }
    }
}

#[derive(Debug)]
struct Member {
    name: String,
    rank: Rank,
    child: Child,
    log: PathBuf,
    /// How to start it again; none if its lines are read by somebody who would not hear the new ones.
    again: Option<Command>,
    /// Whether it was waited for with success.
    ready: bool,
}

impl Member {
    /// RabbitMQ is deaf while it starts; so what never was ready is not waited for long.
    const fn grace(&self) -> Duration {
        if self.ready { self.rank.grace() } else { Duration::from_secs(2) }
    }
}

/// All long-lived children of the launcher. Dropping the fleet stops them.
#[derive(Debug)]
pub struct Fleet {
    console: Console,
    interrupt: Interrupt,
    lock: Option<Lock>,
    members: Vec<Member>,
}

impl Fleet {
    /// An empty fleet; its members inherit `lock`, so that it is held while one of them lives.
    #[must_use]
    pub const fn new(console: Console, interrupt: Interrupt, lock: Option<Lock>) -> Self {
        Self { console, interrupt, lock, members: Vec::new() }
    }

    /// Starts a process that writes what it says to the file `log`.
    pub fn start(
        &mut self,
        name: &str,
        rank: Rank,
        mut command: Command,
        log: &Path,
    ) -> Result<()> {
        let file = logs::create(log)?;
        command.stdout(file.try_clone()?).stderr(file);
        let child = self.spawn(&mut command)?;
        self.add(name, rank, child, log, Some(command));
        Ok(())
    }

    /// Kills a process with all it started, as a power cut would, and forgets it.
    pub fn kill(&mut self, name: &str) -> Result<()> {
        let Some(place) = self.members.iter().position(|member| member.name == name) else {
            bail!("nothing is called {name}")
        };
        let mut member = self.members.remove(place);
        process::signal_group(&member.child, Signal::SIGKILL);
        member.child.wait()?;
        Ok(())
    }

    /// Kills a process with all it started, as a power cut would, and starts it again; it is not
    /// ready yet. For processes of [`Fleet::start`].
    pub fn kill_and_start_again(&mut self, name: &str) -> Result<()> {
        let mut named = self.members.iter_mut().filter(|member| member.name == name);
        let Some(member) = named.next() else { bail!("nothing is called {name}") };
        let again = member.again.as_mut().with_context(|| format!("{name} is shown"))?;
        process::signal_group(&member.child, Signal::SIGKILL);
        member.child.wait()?;
        member.child = process::spawn(again)?;
        member.ready = false;
        Ok(())
    }

    /// Starts a process whose lines are shown on the terminal too, each behind `prefix`.
    pub fn start_shown(
        &mut self,
        name: &str,
        prefix: &str,
        mut command: Command,
        log: &Path,
    ) -> Result<()> {
        let file = logs::create(log)?;
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.spawn(&mut command)?;
        if let Some(stdout) = child.stdout.take() {
            logs::show(stdout, prefix, self.console, file.try_clone()?);
        }
        if let Some(stderr) = child.stderr.take() {
            logs::show(stderr, prefix, self.console, file);
        }
        self.add(name, Rank::Service, child, log, None);
        Ok(())
    }

    /// Waits until `ready` says so; fails if `limit` passes or a member dies meanwhile.
    pub fn wait_for(
        &mut self,
        name: &str,
        limit: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let mut casualty = None;
        let answered = interrupt.poll(limit, || {
            casualty = self.check().err();
            casualty.is_some() || ready()
        })?;
        if let Some(error) = casualty {
            return Err(error);
        }
        let mut waited_for = self.members.iter_mut().filter(|member| member.name == name);
        let Some(member) = waited_for.next() else { bail!("nothing is called {name}") };
        if !answered {
            let last_words = logs::tail(&member.log, LAST_WORDS);
            bail!("{name} did not get ready within {} s{last_words}", limit.as_secs());
        }
        member.ready = true;
        Ok(())
    }

    /// Fails if a member has ended.
    pub fn check(&mut self) -> Result<()> {
        for member in &mut self.members {
            if let Some(status) = member.child.try_wait()? {
                bail!(
                    "{} has died ({}){}",
                    member.name,
                    process::describe(status),
                    logs::tail(&member.log, LAST_WORDS),
                );
            }
        }
        Ok(())
    }

    /// Runs a command to its end while watching the members.
    pub fn run(&mut self, command: &mut Command) -> Result<ExitStatus> {
        let interrupt = self.interrupt.clone();
        process::run(command, &interrupt, || self.check())
    }

    /// As [`Fleet::run`], for a command that belongs on the user's terminal.
    pub fn run_in_foreground(&mut self, command: &mut Command) -> Result<ExitStatus> {
        let interrupt = self.interrupt.clone();
        process::run_in_foreground(command, &interrupt, || self.check())
    }

    /// Watches until stopping is asked for, which is success, or a member dies.
    ///
    /// Calls `tick` ten times a second meanwhile.
    pub fn watch_until_asked(&mut self, mut tick: impl FnMut()) -> Result<()> {
        loop {
            self.check()?;
            tick();
            if self.interrupt.pause(Duration::from_millis(100)).is_err() {
                return Ok(());
            }
        }
    }

    /// Stops everything, services first. A second Ctrl-C kills what still runs.
    pub fn stop(&mut self) {
        if self.members.is_empty() {
            return;
        }
        let began = Instant::now();
        self.console.step("stopping");
        for rank in Rank::IN_ORDER_OF_STOPPING {
            let (mut leaving, staying): (Vec<_>, Vec<_>) =
                self.members.drain(..).partition(|member| member.rank == rank);
            self.members = staying;
            for member in &leaving {
                process::signal_group(&member.child, Signal::SIGTERM);
            }
            for member in &mut leaving {
                let grace = member.grace();
                process::end(&mut member.child, &self.interrupt, grace);
            }
        }
        self.console.done(format!("everything is stopped after {}", spoken(began.elapsed())));
    }

    fn spawn(&self, command: &mut Command) -> Result<Child> {
        let lock = self.lock.as_ref().map(Lock::try_clone).transpose()?;
        let fate = lock.map_or(Fate::Tied, |lock| Fate::TiedHolding(lock.into_file()));
        process::prepare(command, fate);
        command.stdin(Stdio::null()).process_group(0);
        process::spawn(command)
    }

    fn add(&mut self, name: &str, rank: Rank, child: Child, log: &Path, again: Option<Command>) {
        self.members.push(Member {
            name: name.to_owned(),
            rank,
            child,
            log: log.to_owned(),
            again,
            ready: false,
        });
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.stop();
    }
}
