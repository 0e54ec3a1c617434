//! `cargo xtask bench`: what is measured is what is shipped, on servers that flush every commit.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::launcher::Launcher;
use crate::process;
use crate::services::SERVICES;
use crate::throw_away::ThrowAway;
use crate::workspace::{self, Profile};

/// The crate of the benchmarks.
const BENCH: &str = "bench";

/// Builds benchmarks and services as they are shipped and runs a benchmark with its arguments.
pub fn run(launcher: &Launcher, name: &str, arguments: &[String]) -> Result<()> {
    let mut packages = vec![BENCH];
    packages.extend(SERVICES.each_ref().map(|service| service.package));
    let programs = workspace::build(launcher, Profile::Dist, &packages)?;
    let program = programs.path(BENCH)?;
    let folder = program.parent().map(Path::to_owned).context("a program without a folder")?;
    let mut running = ThrowAway::for_benchmarks(launcher)?;
    let mut command = Command::new(program);
    command.arg(name).args(arguments).envs(running.variables()).env("SERVICES_DIR", folder);
    let status = running.fleet.run_in_foreground(&mut command)?;
    if !status.success() {
        bail!("the benchmark {name} failed: {}", process::describe(status));
    }
    Ok(())
}
