//! Folders: made when needed, and the throw-away ones that a killed run leaves to the next.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result};
use nix::unistd::{AccessFlags, Uid, access};

use crate::disk::{self, MB};
use crate::lock::{self, Lock};

/// A file system in memory, on every Linux.
const IN_MEMORY: &str = "/dev/shm";

/// Memory a whole test run may need; containers often have 64 MB of it only.
const MEMORY_NEEDED: u64 = 2_000 * MB;

/// Creates a folder, and those above it, that only this user may enter.
pub fn create(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot create {}", path.display()))
}

/// A folder that is removed with all it holds when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    lock: Lock,
}

impl Scratch {
    /// A new folder in memory if there is room, else below `disk`.
    pub fn in_memory_or_on(disk: &Path) -> Result<Self> {
        let memory = Path::new(IN_MEMORY);
        let usable = access(memory, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
            && disk::free(memory).is_some_and(|free| free >= MEMORY_NEEDED);
        Self::below(if usable { memory } else { disk })
    }

    /// A new folder below `parent`. Those that killed runs left there are removed.
    pub fn below(parent: &Path) -> Result<Self> {
        let prefix = format!("xtask-{}-", Uid::current());
        create(parent)?;
        sweep(parent, &prefix);
        let path = parent.join(format!("{prefix}{}", process::id()));
        create(&path)?;
        let lock = Lock::take(&path.join("lock"))?;
        Ok(Self { lock: lock.context("a new folder is in use")?, path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle on the lock that says that the folder is in use.
    pub fn lock(&self) -> Result<Lock> {
        Ok(self.lock.try_clone()?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is removed by the next run.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders whose lock nobody holds any more.
fn sweep(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        let lock = entry.path().join("lock");
        // Without a lock file it is just being made, or just being removed.
        if ours && lock.exists() && lock::is_held(&lock).is_ok_and(|held| !held) {
            // As above.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
