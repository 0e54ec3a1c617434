//! The program that makes up requests for the conformance test.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::console::spoken;
use crate::folders;
use crate::launcher::Launcher;
use crate::logs;
use crate::packages::{self, Need};
use crate::process;

/// The variable by which the test finds the program.
pub const VARIABLE: &str = "SCHEMATHESIS";

/// Which release: what it finds should not change from one day to the next.
const VERSION: &str = "4.32.5";

/// The path of the program: the one that `SCHEMATHESIS` names, else one that is installed below the
/// run folder, where nothing else notices it.
pub fn find_or_install(launcher: &Launcher) -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Ok(named.into());
    }
    let folder = launcher.run.join(format!("schemathesis-{VERSION}"));
    let program = folder.join("schemathesis");
    if program.exists() {
        return Ok(program);
    }
    let tools = packages::ensure(launcher, &[Need::Pip])?;
    let began = Instant::now();
    folders::create(&folder)?;
    let library = folder.join("lib");
    let mut command = tools.command_using("python3", &["python3", "pip3"])?;
    let mut path = vec![library.clone()];
    if let Some(root) = tools.private_root("pip3") {
        path.push(root.join("usr/lib/python3/dist-packages"));
    }
    let path = env::join_paths(path)?;
    command
        .args(["-m", "pip", "install", "--quiet", "--only-binary=:all:", "--upgrade", "--target"])
        .arg(&library)
        .arg(format!("schemathesis=={VERSION}"))
        .env("PYTHONPATH", &path);
    let log = folder.join("pip.log");
    let installed = process::run_quietly(&mut command, &launcher.interrupt, &logs::create(&log)?);
    installed.with_context(|| format!("cannot install schemathesis{}", logs::tail(&log, 3)))?;

    let mut script = vec!["#!/bin/sh".to_owned()];
    for (name, value) in command.get_envs() {
        let value = value.and_then(OsStr::to_str).unwrap_or_default();
        ensure!(!value.contains('\''), "a path with an apostrophe: {value}");
        script.push(format!("export {}='{value}'", name.display()));
    }
    script.push(format!("exec '{}' -m schemathesis.cli \"$@\"", command.get_program().display()));
    fs::write(&program, script.join("\n") + "\n")?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    launcher.console.done(format!("schemathesis installed in {}", spoken(began.elapsed())));
    Ok(program)
}
