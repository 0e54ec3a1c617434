//! The gateway program.

use clap::Parser as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    gateway::cli::Cli::parse().run().await
}
