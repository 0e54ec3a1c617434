//! The folder of the running platform, and what the launcher leaves there for other commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::folders;
use crate::interrupt::Interrupt;
use crate::launcher::Launcher;
use crate::lock::{self, Lock};
use crate::url::Url;

/// How long children of a killed launcher may take to go.
const DYING: Duration = Duration::from_secs(5);

/// `.run/up`: data, logs, passwords and addresses of one platform.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
}

impl Home {
    /// The folder, which need not exist yet.
    #[must_use]
    pub fn of(launcher: &Launcher) -> Self {
        Self { folder: launcher.run.join("up") }
    }

    /// Where the servers keep their data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.folder
    }

    /// Where servers and services write their logs.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The keys that sign tokens.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    /// The generated passwords.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    /// The first user to try.
    #[must_use]
    pub fn first_user(&self) -> PathBuf {
        self.folder.join("first-user")
    }

    /// The fingerprint of the loaded sample.
    #[must_use]
    pub fn sample(&self) -> PathBuf {
        self.folder.join("sample")
    }

    /// Forgets what is true of the data of a private MariaDB only, if that has none (any more).
    pub fn forget_lost_data(&self) -> Result<()> {
        if !self.folder.join("mariadb/data").exists() {
            for mark in [self.sample(), self.first_user()] {
                if mark.exists() {
                    fs::remove_file(mark)?;
                }
            }
        }
        Ok(())
    }

    /// The lock that says whether anything of this platform runs.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// Takes the lock. Fails if the platform is up, and clears what a killed launcher left.
    pub fn take_lock(&self, interrupt: &Interrupt) -> Result<Lock> {
        folders::create(&self.folder)?;
        let mut taken = None;
        interrupt.poll(DYING, || {
            taken = Lock::take(&self.lock()).transpose();
            taken.is_some() || self.launcher().is_some()
        })?;
        if let Some(pid) = self.launcher().filter(|_| taken.is_none()) {
            let gateway = self.gateway().map(|url| format!(" at {url}")).unwrap_or_default();
            bail!(
                "the platform is already up{gateway} (process {pid}); `cargo xtask down` stops it"
            );
        }
        if taken.is_none() {
            lock::signal_holders(&self.lock(), Signal::SIGKILL);
            interrupt.poll(DYING, || {
                taken = Lock::take(&self.lock()).transpose();
                taken.is_some()
            })?;
        }
        let lock = taken.transpose()?;
        lock.with_context(|| format!("a process of somebody else holds {}", self.lock().display()))
    }

    /// Whether anything of the platform runs.
    pub fn is_up(&self) -> Result<bool> {
        Ok(lock::is_held(&self.lock())?)
    }

    /// The process that keeps the platform up.
    #[must_use]
    pub fn launcher(&self) -> Option<Pid> {
        lock::owner(&self.lock())
    }

    /// Leaves the addresses of the services for other commands.
    pub fn write_addresses(&self, addresses: &[(&str, Url)]) -> Result<()> {
        let lines: Vec<_> = addresses.iter().map(|(name, url)| format!("{name}={url}\n")).collect();
        Ok(fs::write(self.folder.join("addresses"), lines.concat())?)
    }

    /// The addresses of the services by name; none if they never were up.
    #[must_use]
    pub fn addresses(&self) -> Vec<(String, Url)> {
        let text = fs::read_to_string(self.folder.join("addresses")).unwrap_or_default();
        let split = text.lines().filter_map(|line| line.split_once('='));
        split.filter_map(|(name, url)| Some((name.to_owned(), url.parse().ok()?))).collect()
    }

    /// The address of the gateway.
    #[must_use]
    pub fn gateway(&self) -> Option<Url> {
        let found = self.addresses().into_iter().find(|(name, _)| name == crate::services::GATEWAY);
        found.map(|(_, url)| url)
    }
}
