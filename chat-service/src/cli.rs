//! The command line.

use chassis::bus::{Broker, DeadLettersCommand};
use chassis::clock::Clock;
use chassis::db::migrate;
use chassis::telemetry;
use clap::{Parser, Subcommand};
use contracts::routing;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::ExposeSecret as _;

use crate::app;
use crate::config::Config;

/// The migrations of the chat rooms' database.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The chat rooms of parties.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until SIGTERM.
    Serve,
    /// Brings the database up to date.
    Migrate,
    /// Prints the OpenAPI document.
    Openapi,
    /// Looks after events that could not be handled.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
}

impl Cli {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve => serve().await,
            Command::Migrate => {
                let config = Config::load()?;
                let ran = migrate::run(config.database.url.expose_secret(), MIGRATIONS).await?;
                println!("{ran} migration(s) run");
                Ok(())
            }
            Command::Openapi => {
                print!("{}", crate::routes::openapi_json()?);
                Ok(())
            }
            Command::DeadLetters(command) => {
                let config = Config::load()?;
                let broker = Broker::new(&config.broker)?;
                Ok(command.run(&broker, routing::CHAT, &mut std::io::stdout()).await?)
            }
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log)?;
    telemetry::init_metrics()?;
    migrate::require_none_pending(config.database.url.expose_secret(), MIGRATIONS).await?;
    let listening = app::build(&config, Clock::System)?;
    listening.life().stop_on_signal()?;
    anyhow::ensure!(listening.run().await?, "a part of the service failed");
    Ok(())
}
