//! One launcher per run folder: a `flock` that the children inherit.
//!
//! The lock belongs to the open file, not to a process: it is free when the last process that
//! inherited it is gone. So a held lock means that something still runs, whoever was killed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process;

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

/// A held lock.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock and writes this process's id into it; `None` if somebody else holds it.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                write!(file, "{}", process::id())?;
                Ok(Some(Self { file }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// A second handle on the same lock.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { file: self.file.try_clone()? })
    }

    /// The open file, for a child to inherit.
    #[must_use]
    pub fn into_file(self) -> File {
        self.file
    }
}

/// Whether somebody holds the lock.
pub fn is_held(path: &Path) -> io::Result<bool> {
    if !path.exists() {
        return Ok(false);
    }
    match open(path)?.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The process that took the lock, if it still has it open.
#[must_use]
pub fn owner(path: &Path) -> Option<Pid> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    let pid: i32 = text.trim().parse().ok()?;
    holders(path).into_iter().find(|holder| holder.as_raw() == pid)
}

/// All processes of this user that have the lock file open, this one excepted.
#[must_use]
pub fn holders(path: &Path) -> Vec<Pid> {
    let (Ok(wanted), Ok(processes)) = (fs::metadata(path), fs::read_dir("/proc")) else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| i64::from(*pid) != i64::from(process::id()))
        .filter(|pid| {
            let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else {
                return false;
            };
            descriptors.flatten().filter_map(|entry| fs::metadata(entry.path()).ok()).any(
                |descriptor| descriptor.dev() == wanted.dev() && descriptor.ino() == wanted.ino(),
            )
        })
        .map(Pid::from_raw)
        .collect()
}

/// Sends a signal to every holder of the lock.
pub fn signal_holders(path: &Path, signal: Signal) {
    for holder in holders(path) {
        // One that is gone meanwhile is what was wanted.
        let _ = signal::kill(holder, signal);
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}
