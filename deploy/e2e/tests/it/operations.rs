//! The chapters of the run book, run: back-up and restore, keys, dead letters, roll-out, alarms.

mod back_up;
mod cloud;
mod dead_letters;
mod desk;
mod keys;
mod roll_out;
mod schemas;
mod sql;
mod watching;

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the project.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// All files below these folders whose names end so.
fn files(mut folders: Vec<PathBuf>, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|e| ending == *e)) {
                files.push(path);
            }
        }
    }
    files
}
