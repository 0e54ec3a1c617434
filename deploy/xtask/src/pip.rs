//! Programs from `PyPI`, installed below the run folder, where nothing else notices them.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::console::spoken;
use crate::folders;
use crate::launcher::Launcher;
use crate::logs;
use crate::packages::{self, Need};
use crate::process;

/// Installs `packages`, as pip takes them, and writes `folder/name`: a program that is Python with
/// them at hand, and begins with `arguments`.
pub fn install(
    launcher: &Launcher,
    folder: &Path,
    name: &str,
    packages: &[&str],
    arguments: &str,
) -> Result<()> {
    let tools = packages::ensure(launcher, &[Need::Pip])?;
    let began = Instant::now();
    folders::create(folder)?;
    let library = folder.join("lib");
    let mut command = tools.command_using("python3", &["python3", "pip3"])?;
    let mut path = vec![library.clone()];
    if let Some(root) = tools.private_root("pip3") {
        path.push(root.join("usr/lib/python3/dist-packages"));
    }
    command
        .args(["-m", "pip", "install", "--quiet", "--only-binary=:all:", "--upgrade", "--target"])
        .arg(&library)
        .args(packages)
        .env("PYTHONPATH", env::join_paths(path)?);
    let log = folder.join("pip.log");
    let installed = process::run_quietly(&mut command, &launcher.interrupt, &logs::create(&log)?);
    installed.with_context(|| format!("cannot install {name}{}", logs::tail(&log, 3)))?;

    let mut script = vec!["#!/bin/sh".to_owned()];
    for (name, value) in command.get_envs() {
        let value = value.and_then(OsStr::to_str).unwrap_or_default();
        ensure!(!value.contains('\''), "a path with an apostrophe: {value}");
        script.push(format!("export {}='{value}'", name.display()));
    }
    let python = command.get_program().display();
    script.push(format!("exec '{python}' {arguments} \"$@\""));
    let program = folder.join(name);
    fs::write(&program, script.join("\n") + "\n")?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    launcher.console.done(format!("{name} installed in {}", spoken(began.elapsed())));
    Ok(())
}
