//! The notify-service program.

use clap::Parser as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    notify_service::cli::Cli::parse().run().await
}
