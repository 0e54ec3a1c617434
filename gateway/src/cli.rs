//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use chassis::clock::Clock;
use chassis::telemetry;
use clap::{Parser, Subcommand};

use crate::app::Application;
use crate::config::Config;
use crate::docs::{Part, merge};
use crate::table::Table;

/// Checks tokens, leads requests to their services, shows the API.
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
    /// Prints the OpenAPI document of the whole platform, merged from those of its services.
    Openapi {
        /// Documents of services, for example `party=party-service/openapi.json`.
        #[arg(value_name = "NAME=FILE")]
        documents: Vec<NamedFile>,
    },
}

#[derive(Clone, Debug)]
struct NamedFile {
    name: String,
    path: PathBuf,
}

impl FromStr for NamedFile {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, path) = text.split_once('=').ok_or("write it as NAME=FILE")?;
        Ok(Self { name: name.to_owned(), path: path.into() })
    }
}

impl Cli {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve => serve().await,
            Command::Openapi { documents } => openapi(&documents),
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log)?;
    telemetry::init_metrics()?;
    chassis::http::server::allow_many_connections();
    let application = Application::build(&config, Clock::System)?;
    application.life().stop_on_signal()?;
    anyhow::ensure!(application.run().await?, "a part of the gateway failed");
    Ok(())
}

fn openapi(documents: &[NamedFile]) -> anyhow::Result<()> {
    let config = Config::defaults()?;
    let parts = documents
        .iter()
        .map(|document| {
            let path = document.path.display();
            let text = std::fs::read(&document.path).with_context(|| format!("reading {path}"))?;
            let document = Part {
                upstream: document.name.clone(),
                document: serde_json::from_slice(&text)
                    .with_context(|| format!("parsing {path}"))?,
            };
            Ok(document)
        })
        .collect::<anyhow::Result<Vec<Part>>>()?;
    println!("{:#}", merge(&Table::new(&config), &parts));
    Ok(())
}
