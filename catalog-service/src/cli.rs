//! The command line.

use chassis::clock::Clock;
use chassis::db::migrate;
use chassis::telemetry;
use clap::{Parser, Subcommand};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::ExposeSecret as _;

use crate::app;
use crate::config::Config;

mod import;
mod progress;
mod stub;

/// The migrations of the catalogue's database.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The catalogue of items and its search.
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
    /// Takes items over from the open API or from a file. Doing it twice changes nothing, and an
    /// import that was cut off is gone on with.
    Import(import::Import),
    /// Stands in for the open API, for trying and measuring imports without a key.
    StubMafra(stub::Stub),
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
            Command::Import(import) => import.run().await,
            Command::StubMafra(stub) => stub.run().await,
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log)?;
    telemetry::init_metrics()?;
    migrate::require_none_pending(config.database.url.expose_secret(), MIGRATIONS).await?;
    let listening = app::build(&config, Clock::System).await?;
    listening.life().stop_on_signal()?;
    anyhow::ensure!(listening.run().await?, "a part of the service failed");
    Ok(())
}
