//! A run folder for one test, and launchers that work in it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use xtask::console::Console;
use xtask::fleet::Fleet;
use xtask::interrupt::Interrupt;
use xtask::launcher::Launcher;
use xtask::packages::{self, Need, Toolbox};

/// Longer than anything takes here; a poll that reaches it fails its test.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A run folder that is removed when the test ends.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(crate) path: PathBuf,
}

impl RunFolder {
    /// A new folder that shares the unpacked servers, if any, with the project's own.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("xtask-test-{}-{number}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        let packages = shared_run_folder().join("packages");
        fs::create_dir_all(&packages).unwrap();
        symlink(packages, path.join("packages")).unwrap();
        Self { path }
    }

    /// The launcher's program, working in this folder and starting no server but Redis.
    pub(crate) fn xtask(&self) -> Command {
        // Should be there; if not, one test gets it and the others find it.
        toolbox(&[Need::Redis]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("XTASK_RUN_DIR", &self.path)
            .env("NO_COLOR", "1")
            .env("TEST_DATABASE_URL", "mysql://unused")
            .env("TEST_AMQP_URL", "amqp://unused")
            .env_remove("TEST_REDIS_URL")
            .env_remove("GATEWAY_URL")
            .env_remove("DATA_DIR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.xtask().args(arguments).output().unwrap()
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).unwrap();
    }
}

/// A running `xtask servers` with the port and password of its Redis. Killed when dropped.
pub(crate) struct RunningServers {
    pub(crate) child: Child,
    pub(crate) port: u16,
    pub(crate) password: String,
}

impl RunningServers {
    pub(crate) fn start(folder: &RunFolder) -> Self {
        let mut child = folder.xtask().arg("servers").spawn().unwrap();
        let stdout = BufReader::new(child.stdout.as_mut().unwrap());
        let line = stdout.lines().map(Result::unwrap).find(|line| line.contains("TEST_REDIS_URL"));
        let url: xtask::url::Url = line.unwrap().split('\'').nth(1).unwrap().parse().unwrap();
        Self { child, port: url.port.unwrap(), password: url.password }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        signal::kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Waits for the end; returns whether it was a success, and what was said.
    pub(crate) fn end(mut self) -> (bool, String) {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().success(), said)
    }
}

impl Drop for RunningServers {
    fn drop(&mut self) {
        // Most tests have ended it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn launcher() -> Launcher {
    Launcher::new(Console::plain(), Interrupt::default(), Some(shared_run_folder())).unwrap()
}

pub(crate) fn toolbox(needs: &[Need]) -> Toolbox {
    packages::ensure(&launcher(), needs).unwrap()
}

pub(crate) fn fleet() -> Fleet {
    Fleet::new(Console::plain(), Interrupt::default(), None)
}

/// Polls until the condition holds.
pub(crate) fn eventually(what: &str, condition: impl FnMut() -> bool) {
    assert!(Interrupt::default().poll(PATIENCE, condition).unwrap(), "never happened: {what}");
}

fn shared_run_folder() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    env::var_os("XTASK_RUN_DIR").map_or_else(|| project.join(".run"), PathBuf::from)
}
