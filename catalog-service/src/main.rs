//! The catalog-service program.

use clap::Parser as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    catalog_service::cli::Cli::parse().run().await
}
