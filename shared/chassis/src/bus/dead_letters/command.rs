//! `… dead-letters list | show | replay | drop`, for the command line of any service that consumes.

use std::io::Write;

use clap::{Args, Subcommand};
use contracts::routing::Subscription;

use super::{DeadLetters, MAX_VISITED, Which};
use crate::bus::broker::Broker;
use crate::bus::error::BusError;

/// What to do with events that could not be handled.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Lists the oldest, one a line.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Shows one whole.
    Show {
        /// Its id, as `list` says it.
        id: String,
    },
    /// Puts them back into the queue, as if they had never failed.
    Replay(Chosen),
    /// Throws them away for ever.
    Drop(Chosen),
}

/// One, or all.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Chosen {
    /// The id of one, as `list` says it.
    id: Option<String>,
    /// All of them.
    #[arg(long)]
    all: bool,
}

impl Chosen {
    fn which(self) -> Which {
        self.id.map_or(Which::All, Which::One)
    }
}

/// The command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The broker did not do what was asked.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The answer could not be written.
    #[error("the answer could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// There is none with that id.
    #[error("there is no dead letter {0}")]
    Unknown(String),
}

impl DeadLettersCommand {
    /// Does it, and writes for people what came of it.
    pub async fn run(
        self,
        broker: &Broker,
        subscription: Subscription,
        out: &mut impl Write,
    ) -> Result<(), CommandError> {
        let letters = DeadLetters::open(broker, subscription).await?;
        match self {
            Self::List { limit } => {
                for letter in letters.list(limit).await? {
                    writeln!(out, "{letter}")?;
                }
            }
            Self::Show { id } => {
                let all = letters.list(MAX_VISITED).await?;
                let letter = all.into_iter().find(|letter| letter.id == id);
                let letter = letter.ok_or(CommandError::Unknown(id))?;
                writeln!(out, "{letter}\n{}", pretty(&letter.body))?;
            }
            Self::Replay(chosen) => {
                let which = chosen.which();
                let replayed = letters.replay(&which).await?;
                report(out, "replayed", replayed, which)?;
            }
            Self::Drop(chosen) => {
                let which = chosen.which();
                let dropped = letters.drop(&which).await?;
                report(out, "dropped", dropped, which)?;
            }
        }
        Ok(())
    }
}

fn report(
    out: &mut impl Write,
    done: &str,
    count: usize,
    which: Which,
) -> Result<(), CommandError> {
    match which {
        Which::One(id) if count == 0 => Err(CommandError::Unknown(id)),
        _ => Ok(writeln!(out, "{count} {done}")?),
    }
}

/// JSON as people read it, and anything else as it is.
fn pretty(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|json| serde_json::to_string_pretty(&json))
        .unwrap_or_else(|_| body.to_owned())
}
