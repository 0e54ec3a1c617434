//! Room on the disk, asked before work starts and again when something fails.

use std::error::Error;
use std::fmt;
use std::path::Path;

use nix::sys::statvfs::statvfs;

/// One megabyte, in bytes.
pub const MB: u64 = 1_000_000;

/// Below this a failure is most likely the disk's fault; RabbitMQ takes nothing more below 50 MB.
const EXHAUSTED: u64 = 64 * MB;

/// Free bytes where `path` is; `None` if the system does not say.
#[must_use]
pub fn free(path: &Path) -> Option<u64> {
    let stat = statvfs(path).ok()?;
    Some(stat.blocks_available() * stat.fragment_size())
}

/// There is less room than is needed.
#[derive(Debug)]
pub struct TooFull(String);

impl fmt::Display for TooFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TooFull {}

/// Refuses to start with less than `wanted` bytes where `path` is.
pub fn require(path: &Path, wanted: u64, purpose: &str) -> Result<(), TooFull> {
    match free(path) {
        Some(free) if free < wanted => Err(TooFull(format!(
            "the disk is too full: {purpose} needs some {} MB in {}, and {} MB are left; make room \
             there, or choose a folder on another disk with `--run-dir`",
            wanted / MB,
            path.display(),
            free / MB,
        ))),
        _ => Ok(()),
    }
}

/// A remark for an error message if the disk is full.
#[must_use]
pub fn suspicion(path: &Path) -> Option<String> {
    free(path).filter(|free| *free < EXHAUSTED).map(|free| {
        format!("the disk is full ({} MB left in {}): make room there", free / MB, path.display())
    })
}
