//! The command line of the benchmarks.

use bench::gateway;
use clap::{Parser, Subcommand};

/// Measures a part of the platform beside its peers.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Requests through the gateway, beside HAProxy, nginx and no gateway at all.
    Gateway(gateway::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Gateway(options) => gateway::run(&options),
    }
}
