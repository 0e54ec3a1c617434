//! What the clients of other people need that the platform is tried with: packages of Node and
//! Python, at the versions that `deploy/e2e/clients` names, and a browser.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use nix::unistd::Uid;

use crate::console::spoken;
use crate::folders;
use crate::interrupt::Interrupted;
use crate::launcher::Launcher;
use crate::logs;
use crate::packages::{self, Need, Toolbox};
use crate::pip;
use crate::process;

/// A variable by which the tests find something, and its value.
type Variable = (&'static str, OsString);

/// Finds or installs what the clients need. What is not to be had is missed aloud, and its tests
/// are skipped.
pub fn find_or_install(launcher: &Launcher) -> Result<Vec<Variable>> {
    let mut variables = Vec::new();
    for (client, found) in
        [("NODE", node(launcher)), ("PYTHON", python(launcher)), ("A BROWSER", browser(launcher))]
    {
        match found {
            Ok(found) => variables.extend(found),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => launcher
                .console
                .warn(format!("THE PLATFORM IS NOT TRIED WITH CLIENTS IN {client}: {error:#}")),
        }
    }
    Ok(variables)
}

fn node(launcher: &Launcher) -> Result<Vec<Variable>> {
    if let Some(named) = named(["E2E_NODE", "E2E_NODE_MODULES"]) {
        return Ok(named);
    }
    let tools = packages::ensure(launcher, &[Need::Node, Need::Npm])?;
    let folder = launcher.run.join("clients-node");
    let wanted = sources(launcher);
    if !is_installed(&folder, &wanted.join("package-lock.json"))? {
        let began = Instant::now();
        folders::create(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(wanted.join(file), folder.join(file))?;
        }
        let mut npm = tools.command_using("npm", &["node", "npm"])?;
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        let log = folder.join("npm.log");
        process::run_quietly(&mut npm, &launcher.interrupt, &logs::create(&log)?)
            .with_context(|| format!("cannot install clients{}", logs::tail(&log, 3)))?;
        mark_installed(&folder, &wanted.join("package-lock.json"))?;
        launcher.console.done(format!("clients in Node installed in {}", spoken(began.elapsed())));
    }
    let program = program(&tools, "node")?;
    Ok(vec![("E2E_NODE", program.into()), ("E2E_NODE_MODULES", folder.join("node_modules").into())])
}

fn python(launcher: &Launcher) -> Result<Vec<Variable>> {
    if let Some(named) = named(["E2E_PYTHON"]) {
        return Ok(named);
    }
    let folder = launcher.run.join("clients-python");
    let wanted = sources(launcher).join("requirements.txt");
    if !is_installed(&folder, &wanted)? {
        let file = wanted.to_str().context("a path that is no text")?;
        pip::install(launcher, &folder, "python", &["--requirement", file], "")?;
        mark_installed(&folder, &wanted)?;
    }
    Ok(vec![("E2E_PYTHON", folder.join("python").into())])
}

/// A browser is too much to be unpacked privately: without root it must be there.
fn browser(launcher: &Launcher) -> Result<Vec<Variable>> {
    if let Some(named) = named(["E2E_CHROMIUM"]) {
        return Ok(named);
    }
    let there = Toolbox::new(launcher.run.join("packages/root")).find("chromium");
    if there.is_none() && !Uid::effective().is_root() {
        bail!("chromium is not installed, and only root can change that");
    }
    let tools = packages::ensure(launcher, &[Need::Browser])?;
    Ok(vec![("E2E_CHROMIUM", program(&tools, "chromium")?.into())])
}

/// What the environment says already, if it says all of it.
fn named<const N: usize>(variables: [&'static str; N]) -> Option<Vec<Variable>> {
    variables.into_iter().map(|name| Some((name, env::var_os(name)?))).collect()
}

fn program(tools: &Toolbox, name: &str) -> Result<PathBuf> {
    tools.find(name).with_context(|| format!("{name} is not installed"))
}

fn sources(launcher: &Launcher) -> PathBuf {
    launcher.project.join("deploy/e2e/clients")
}

/// Whether this is what was installed last.
fn is_installed(folder: &Path, wanted: &Path) -> Result<bool> {
    let installed = fs::read(folder.join("installed")).unwrap_or_default();
    Ok(installed == fs::read(wanted)?)
}

fn mark_installed(folder: &Path, wanted: &Path) -> Result<()> {
    fs::copy(wanted, folder.join("installed"))?;
    Ok(())
}
