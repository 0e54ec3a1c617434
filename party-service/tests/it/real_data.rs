//! Real public data, where it is to be had: it is no part of the project.

use std::env;
use std::path::PathBuf;

/// A file of `DATA_DIR`, or of `../shared/data` beside the project; says so if it is not there.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let folder = env::var_os("DATA_DIR").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let file = folder.join(name);
    if !file.exists() {
        eprintln!("SKIPPED: {} is not there; set DATA_DIR to test with real data", file.display());
        return None;
    }
    Some(file)
}
