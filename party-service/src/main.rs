//! The party-service program.

use clap::Parser as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    party_service::cli::Cli::parse().run().await
}
