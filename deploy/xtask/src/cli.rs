//! The subcommands and their options.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, value_parser};
use xtask::console::Console;
use xtask::disk::TooFull;
use xtask::interrupt::{Interrupt, Interrupted};
use xtask::launcher::Launcher;
use xtask::workspace::Profile;
use xtask::{bench, deps, disk, down, lint_deploy, process, test, throw_away, tour, up};

/// Runs, tests and measures the platform.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Folder for servers, data and logs [default: .run in the project]
    #[arg(long, global = true, env = "XTASK_RUN_DIR")]
    run_dir: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Get servers, build, migrate, load the sample and start everything, until Ctrl-C
    Up(Up),
    /// Stop everything
    Down,
    /// Say what is up and whether it is ready
    Status,
    /// Check formatting, lints and dependencies and run all tests, on servers of their own
    Test(Test),
    /// Walk through the main job with curl against the running gateway
    Tour {
        /// The gateway [default: the one that is up here]
        #[arg(long, env = "GATEWAY_URL")]
        gateway: Option<String>,
    },
    /// Run a benchmark on servers of its own
    Bench {
        /// Which one
        name: String,
        /// How the services are built: `dist` as they are shipped, `release` sooner
        #[arg(long, value_enum, default_value_t = Profile::Dist)]
        profile: Profile,
        /// Its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Start throw-away MariaDB, Redis and RabbitMQ; run COMMAND with them or wait for Ctrl-C
    Servers {
        /// On disk and flushing every commit, as for benchmarks, and not in memory
        #[arg(long)]
        durable: bool,
        /// The command and its arguments
        #[arg(last = true)]
        command: Vec<String>,
    },
    /// Check that dependencies within the workspace point one way
    CheckDeps,
    /// Check images, compose file, workflows, scripts, alarms and Terraform with their linters
    LintDeploy,
}

#[derive(Debug, Args)]
struct Up {
    /// First port of the servers and services, which take the ones after it too
    #[arg(long, env = "XTASK_PORT_BASE", default_value_t = 15090,
          value_parser = value_parser!(u16).range(1024..32_700))]
    port_base: u16,
    /// Port of the gateway
    #[arg(long, env = "XTASK_GATEWAY_PORT", default_value_t = 8080,
          value_parser = value_parser!(u16).range(1..))]
    gateway_port: u16,
}

#[derive(Debug, Args)]
struct Test {
    /// Leave out formatting, lints and all else but the tests
    #[arg(long)]
    only_tests: bool,
    /// Arguments for cargo-nextest, or for `cargo test` where that is not installed
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::detect();
    match run(arguments, console) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            console.note(error);
            ExitCode::from(130)
        }
        Err(error) => {
            console.error(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, console: Console) -> Result<()> {
    let launcher = Launcher::new(console, Interrupt::install()?, arguments.run_dir)?;
    process::raise_file_limit()?;
    let outcome = match arguments.task {
        Task::Up(Up { port_base, gateway_port }) => {
            up::run(&launcher, up::Options { port_base, gateway_port })
        }
        Task::Down => down::down(&launcher),
        Task::Status => down::status(&launcher),
        Task::Test(Test { only_tests, arguments }) => {
            test::run(&launcher, &test::Options { only_tests, arguments })
        }
        Task::Tour { gateway } => tour::run(&launcher, gateway),
        Task::Bench { name, profile, arguments } => {
            bench::run(&launcher, &bench::Options { name, profile, arguments })
        }
        Task::Servers { durable, command } => throw_away::serve(&launcher, durable, &command),
        Task::CheckDeps => deps::check(&launcher),
        Task::LintDeploy => lint_deploy::run(&launcher),
    };
    // Programs rarely say that they failed because the disk is full.
    outcome.map_err(|error| match disk::suspicion(&launcher.run) {
        Some(suspicion) if !error.is::<Interrupted>() && !error.is::<TooFull>() => {
            error.context(suspicion)
        }
        _ => error,
    })
}
