//! The command line.

mod accounts;
mod admin;
mod keys;
mod markets;

use chassis::bus::{Broker, DeadLettersCommand};
use chassis::db::migrate;
use chassis::telemetry;
use clap::{Parser, Subcommand};
use contracts::routing;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::ExposeSecret as _;

use self::accounts::Accounts;
use self::admin::Admin;
use self::keys::Keys;
use self::markets::Markets;
use crate::app;
use crate::config::Config;

/// The migrations of the party database.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Accounts, addresses, markets and parties.
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
    /// Does for people what they have a right to and cannot do by themselves.
    #[command(subcommand)]
    Accounts(Accounts),
    /// Says who runs the platform.
    #[command(subcommand)]
    Admin(Admin),
    /// Looks after the keys that sign access tokens.
    #[command(subcommand)]
    Keys(Keys),
    /// Looks after the markets.
    #[command(subcommand)]
    Markets(Markets),
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
            Command::Accounts(command) => command.run().await,
            Command::Admin(command) => command.run().await,
            Command::Keys(command) => command.run(),
            Command::Markets(command) => command.run().await,
            Command::DeadLetters(command) => {
                let config = Config::load()?;
                let broker = Broker::new(&config.broker)?;
                Ok(command.run(&broker, routing::LOG, &mut std::io::stdout()).await?)
            }
            Command::Openapi => {
                println!("{}", crate::routes::openapi_json()?);
                Ok(())
            }
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log)?;
    telemetry::init_metrics()?;
    migrate::require_none_pending(config.database.url.expose_secret(), MIGRATIONS).await?;
    let listening = app::build(&config, chassis::clock::Clock::System)?;
    listening.life().stop_on_signal()?;
    anyhow::ensure!(listening.run().await?, "a part of the service failed");
    Ok(())
}
