//! The command line.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chassis::clock::Clock;
use chassis::db::{Db, DbError, migrate};
use chassis::telemetry;
use clap::{Parser, Subcommand};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::ExposeSecret as _;

use crate::app::Application;
use crate::commands::import_items;
use crate::config::Config;
use crate::import::read_csv;

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
    /// Looks after the items.
    #[command(subcommand)]
    Items(Items),
}

#[derive(Debug, Subcommand)]
enum Items {
    /// Takes over the items of a CSV file. Doing it twice changes nothing.
    Import {
        /// The file, with the columns `category_code`, `category_name`, `item_code`, `item_name`,
        /// `variety_code` and `variety_name`.
        file: PathBuf,
    },
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
            Command::Items(Items::Import { file }) => import(&file).await,
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log)?;
    telemetry::init_metrics()?;
    migrate::require_none_pending(config.database.url.expose_secret(), MIGRATIONS).await?;
    let application = Application::build(&config, Clock::System).await?;
    application.life().stop_on_signal()?;
    anyhow::ensure!(application.run().await?, "a part of the service failed");
    Ok(())
}

async fn import(path: &Path) -> anyhow::Result<()> {
    let config = Config::load()?;
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let contents = read_csv(file)?;
    for refusal in &contents.refusals {
        eprintln!("refused: {refusal}");
    }
    anyhow::ensure!(!contents.items.is_empty(), "{} has no items", path.display());
    let now = Clock::System.now();
    let counts = Db::new(&config.database)?
        .transaction(async |conn| {
            let counts = import_items(conn, &contents.items, now).await?;
            Ok::<_, DbError>(counts)
        })
        .await?;
    println!(
        "{} row(s): {} inserted, {} updated, {} unchanged, {} refused",
        contents.read,
        counts.inserted,
        counts.updated,
        counts.unchanged,
        contents.refusals.len()
    );
    Ok(())
}
