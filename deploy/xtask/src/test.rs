//! `cargo xtask test`: formatting, lints, dependency direction and every test, on real servers.

use std::ffi::OsString;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::clients;
use crate::console::{Console, spoken};
use crate::deps;
use crate::interrupt::Interrupted;
use crate::launcher::Launcher;
use crate::packages::{self, Need};
use crate::process;
use crate::schemathesis;
use crate::throw_away::ThrowAway;
use crate::workspace::cargo;

/// What can be chosen.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leaves out everything but the tests.
    pub only_tests: bool,
    /// Goes to cargo-nextest, or to `cargo test`.
    pub arguments: Vec<String>,
}

impl Options {
    /// Whether all crates are tested: whoever names one wants only that one built.
    fn names_no_crate(&self) -> bool {
        !self.arguments.iter().any(|argument| argument == "-p" || argument.starts_with("--package"))
    }

    fn concerns(&self, package: &str) -> bool {
        let names = |argument: &String| {
            argument == package || argument.strip_prefix("--package=") == Some(package)
        };
        self.names_no_crate() || self.arguments.iter().any(names)
    }
}

/// Runs all checks, also after one has failed, and fails if any has.
pub fn run(launcher: &Launcher, options: &Options) -> Result<()> {
    let began = Instant::now();
    let mut report = Report { console: launcher.console, failed: Vec::new() };
    let alone = |arguments: &[&str]| {
        let mut command = cargo(&launcher.project);
        succeeds(process::run(command.args(arguments), &launcher.interrupt, || Ok(()))?)
    };
    if !options.only_tests {
        report.step("formatting", || alone(&["fmt", "--all", "--check"]))?;
        report.step("dependency direction", || deps::check(launcher))?;
        let lints = "clippy --workspace --all-targets --locked -- -D warnings";
        report.step("lints", || alone(&lints.split(' ').collect::<Vec<_>>()))?;
    }
    tests(launcher, options, &mut report)?;
    if !options.only_tests {
        if has(launcher, "deny") {
            report.step("licences and advisories", || alone(&["deny", "check"]))?;
        } else {
            launcher.console.warn(
                "LICENCES AND ADVISORIES ARE NOT CHECKED: `cargo install cargo-deny` changes that",
            );
        }
    }
    let time = spoken(began.elapsed());
    if !report.failed.is_empty() {
        bail!("failed after {time}: {}", report.failed.join(", "));
    }
    launcher.console.done(format!("all is well after {time}"));
    Ok(())
}

fn tests(launcher: &Launcher, options: &Options, report: &mut Report) -> Result<()> {
    let mut servers = None;
    report.step("servers", || {
        servers = Some(ThrowAway::for_tests(launcher)?);
        Ok(())
    })?;
    let Some(mut running) = servers else { return Ok(()) };
    let mut variables: Vec<(&str, OsString)> =
        running.variables().map(|(name, value)| (name, value.into())).to_vec();
    // The unpacked servers are there too, for the launcher's own tests.
    variables.push(("XTASK_RUN_DIR", launcher.run.clone().into()));
    if options.concerns("e2e") {
        variables.extend(tools_of_scripts(launcher)?);
        variables.extend(clients::find_or_install(launcher)?);
        match schemathesis::find_or_install(launcher) {
            Ok(program) => variables.push((schemathesis::VARIABLE, program.into())),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => launcher
                .console
                .warn(format!("ANSWERS ARE NOT CHECKED AGAINST THE API'S DOCUMENT: {error:#}")),
        }
    }
    let mut with_servers = |arguments: &[&str], more: &[String]| {
        let mut command = cargo(&launcher.project);
        command.args(arguments).args(more).envs(variables.clone());
        succeeds(running.fleet.run(&mut command)?)
    };
    let mut scope = vec!["--locked"];
    if options.names_no_crate() {
        scope.push("--workspace");
    } else if options.concerns("e2e") {
        // Its tests run the programs of other crates, which are built with those crates' tests.
        let programs = ["build", "--locked", "--workspace", "--bins"];
        report.step("programs", || with_servers(&programs, &[]))?;
    }
    if has(launcher, "nextest") {
        let tests = [&["nextest", "run"], &*scope].concat();
        report.step("tests", || with_servers(&tests, &options.arguments))?;
        if !options.only_tests {
            let examples = ["test", "--doc", "--locked", "--workspace"];
            report.step("examples in the documentation", || with_servers(&examples, &[]))?;
        }
    } else {
        let tests = [&["test", "--no-fail-fast"], &*scope].concat();
        report.step("tests", || with_servers(&tests, &options.arguments))?;
    }
    Ok(())
}

/// Where the programs are that the scripts use which the end-to-end tests run.
fn tools_of_scripts(launcher: &Launcher) -> Result<Vec<(&'static str, OsString)>> {
    let needs = [Need::DatabaseClient, Need::DatabaseDump, Need::Curl, Need::Jq];
    let tools = packages::ensure(launcher, &needs)?;
    let programs = ["mariadb", "mariadb-dump", "curl", "jq"];
    let command = tools.command_using("mariadb-dump", &programs)?;
    let names = [("TOOLS_PATH", "PATH"), ("TOOLS_LIBRARIES", "LD_LIBRARY_PATH")];
    let told = names.into_iter().filter_map(|(ours, theirs)| {
        let mut variables = command.get_envs();
        let (_, value) = variables.find(|(name, _)| *name == theirs)?;
        Some((ours, value?.to_owned()))
    });
    Ok(told.collect())
}

struct Report {
    console: Console,
    failed: Vec<&'static str>,
}

impl Report {
    /// Runs one check and notes its outcome; only being interrupted ends the whole.
    fn step(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) -> Result<()> {
        let began = Instant::now();
        self.console.step(name);
        match check() {
            Ok(()) => self.console.done(format!("{name}: {}", spoken(began.elapsed()))),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                let time = spoken(began.elapsed());
                self.console.error(format!("{name}, after {time}: {error:#}"));
                self.failed.push(name);
            }
        }
        Ok(())
    }
}

/// Whether cargo has this subcommand.
fn has(launcher: &Launcher, subcommand: &str) -> bool {
    let mut command: Command = cargo(&launcher.project);
    command.args([subcommand, "--version"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn succeeds(status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{}", process::describe(status));
    }
    Ok(())
}
