//! What cargo knows about this workspace, and building its programs.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::Value;

use crate::console::spoken;
use crate::launcher::Launcher;
use crate::process;

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder, relative to the project.
    pub folder: PathBuf,
    /// The crates of the workspace that it depends on.
    pub dependencies: Vec<Dependency>,
}

/// A dependency on a crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of that crate.
    pub name: String,
    /// Whether only tests, examples and benches have it.
    pub only_for_tests: bool,
}

/// All crates of the workspace.
pub fn packages(project: &Path) -> Result<Vec<Package>> {
    let mut command = cargo(project);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&process::output(&mut command)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages
        .context("cargo metadata without packages")?
        .iter()
        .map(|it| package(it, project))
        .collect()
}

fn package(metadata: &Value, project: &Path) -> Result<Package> {
    let manifest = Path::new(text(metadata, "manifest_path")?);
    let folder = manifest.parent().context("a manifest without a folder")?;
    let dependencies = metadata.get("dependencies").and_then(Value::as_array);
    let dependencies = dependencies.context("a package without dependencies")?;
    let local = dependencies.iter().filter(|it| it.get("path").is_some_and(Value::is_string));
    Ok(Package {
        name: text(metadata, "name")?.to_owned(),
        folder: folder.strip_prefix(project).unwrap_or(folder).to_owned(),
        dependencies: local
            .map(|dependency| {
                Ok(Dependency {
                    name: text(dependency, "name")?.to_owned(),
                    only_for_tests: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
                })
            })
            .collect::<Result<_>>()?,
    })
}

/// How the programs of the workspace are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Quick to build and quick to run.
    Release,
    /// As it is shipped and measured.
    Dist,
}

/// The built programs by name.
#[derive(Debug)]
pub struct Programs(BTreeMap<String, PathBuf>);

impl Programs {
    /// The path of one of them.
    pub fn path(&self, name: &str) -> Result<&Path> {
        let path = self.0.get(name).map(PathBuf::as_path);
        path.with_context(|| format!("the workspace has no program {name}"))
    }
}

/// Builds the programs of some crates. Cargo shows its progress on the terminal.
pub fn build(launcher: &Launcher, profile: Profile, packages: &[&str]) -> Result<Programs> {
    let began = Instant::now();
    let profile = match profile {
        Profile::Release => "release",
        Profile::Dist => "dist",
    };
    launcher.console.step(format!("building {} ({profile})", packages.join(", ")));
    let messages = launcher.run.join("build.json");
    let mut command = cargo(&launcher.project);
    command.args(["build", "--profile", profile, "--message-format=json-render-diagnostics"]);
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.stdout(File::create(&messages)?);
    let status = process::run(&mut command, &launcher.interrupt, || Ok(()))?;
    if !status.success() {
        bail!("the build failed: {}", process::describe(status));
    }
    launcher.console.done(format!("built in {}", spoken(began.elapsed())));
    Ok(Programs(executables(&fs::read_to_string(messages)?)))
}

fn executables(messages: &str) -> BTreeMap<String, PathBuf> {
    messages
        .lines()
        .filter_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            let path = Path::new(message.get("executable")?.as_str()?);
            Some((path.file_stem()?.to_str()?.to_owned(), path.to_owned()))
        })
        .collect()
}

/// The cargo that runs the launcher, or else the one of the `PATH`, at the root of the project.
#[must_use]
pub fn cargo(project: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(project);
    command
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    let text = value.get(key).and_then(Value::as_str);
    text.with_context(|| format!("cargo metadata without `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_found_among_the_messages_of_cargo() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/target/release/party-service"}
{"reason":"build-finished","success":true}"#;
        let path = PathBuf::from("/target/release/party-service");
        assert_eq!(executables(messages), BTreeMap::from([("party-service".to_owned(), path)]));
    }
}
