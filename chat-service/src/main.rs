//! The chat-service program.

use clap::Parser as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    chat_service::cli::Cli::parse().run().await
}
