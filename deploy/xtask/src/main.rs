//! `cargo xtask …`: the command line of the launcher.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::console::Console;
use xtask::interrupt::{Interrupt, Interrupted};
use xtask::launcher::Launcher;
use xtask::throw_away;

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
    /// Start throw-away MariaDB, Redis and RabbitMQ; run COMMAND with them or wait for Ctrl-C
    Servers {
        /// The command and its arguments
        #[arg(last = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let console = Console::detect();
    match run(console) {
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

fn run(console: Console) -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let launcher = Launcher::new(console, Interrupt::install()?, arguments.run_dir)?;
    match arguments.task {
        Task::Servers { command } => throw_away::serve(&launcher, &command),
    }
}
