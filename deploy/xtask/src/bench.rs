//! `cargo xtask bench`: what is measured is what is shipped, on servers that flush every commit.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::launcher::Launcher;
use crate::process;
use crate::throw_away::ThrowAway;
use crate::workspace::{self, Profile};

/// The crate of the benchmarks.
const BENCH: &str = "bench";

/// The benchmarks, and the services that each of them measures.
const BENCHMARKS: [(&str, &[&str]); 10] = [
    ("chat", &["chat-service"]),
    ("events", &[]),
    ("fanout", &["party-service", "notify-service"]),
    ("gateway", &["gateway"]),
    ("import", &["catalog-service"]),
    ("nearby", &["party-service"]),
    ("penalty", &["party-service"]),
    ("search", &["catalog-service"]),
    ("seats", &["party-service"]),
    ("sse", &["notify-service"]),
];

/// Which benchmark to run, and how.
#[derive(Debug)]
pub struct Options {
    /// Its name.
    pub name: String,
    /// How the services are built.
    pub profile: Profile,
    /// What the benchmark itself is told.
    pub arguments: Vec<String>,
}

/// Builds the benchmarks and the services that one of them measures, and runs it.
pub fn run(launcher: &Launcher, options: &Options) -> Result<()> {
    let Options { name, profile, arguments } = options;
    let Some((_, services)) = BENCHMARKS.iter().find(|(known, _)| known == name) else {
        let names = BENCHMARKS.map(|(known, _)| known).join(", ");
        bail!("there is no benchmark {name}; there are {names}");
    };
    let programs = workspace::build(launcher, Profile::Release, &[BENCH])?;
    let mut running = ThrowAway::for_benchmarks(launcher)?;
    let mut command = Command::new(programs.path(BENCH)?);
    command.arg(name).args(arguments).envs(running.variables());
    if let Some(first) = services.first() {
        let services = workspace::build(launcher, *profile, services)?;
        let folder = services.path(first)?.parent().map(Path::to_owned);
        command.env("SERVICES_DIR", folder.context("a program without a folder")?);
    }
    let status = running.fleet.run_in_foreground(&mut command)?;
    if !status.success() {
        bail!("the benchmark {name} failed: {}", process::describe(status));
    }
    Ok(())
}
