//! What every command of the launcher needs: where it works and how it speaks and stops.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::console::Console;
use crate::folders;
use crate::interrupt::Interrupt;

/// One run of the program.
#[derive(Debug, Clone)]
pub struct Launcher {
    /// How it speaks.
    pub console: Console,
    /// How it is stopped.
    pub interrupt: Interrupt,
    /// The root of the project.
    pub project: PathBuf,
    /// The folder for all that the launcher keeps: unpacked servers, data, logs, passwords.
    pub run: PathBuf,
}

impl Launcher {
    /// Finds the project above the current folder; `run` replaces its folder `.run`.
    pub fn new(console: Console, interrupt: Interrupt, run: Option<PathBuf>) -> Result<Self> {
        let here = env::current_dir()?;
        let project = here
            .ancestors()
            .find(|folder| folder.join("deploy/xtask/Cargo.toml").exists())
            .context("call this from within the project")?
            .to_owned();
        let run = run.map_or_else(|| project.join(".run"), |run| here.join(run));
        folders::create(&run)?;
        Ok(Self { console, interrupt, project, run })
    }
}
