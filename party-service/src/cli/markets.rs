//! `party-service markets …`

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chassis::clock::Clock;
use chassis::db::Db;
use chassis::text::Locale;
use clap::Subcommand;

use crate::config::Config;
use crate::market_files::{FileError, MarketFile};
use crate::market_import::{ImportError, import_file};

/// Looks after the markets.
#[derive(Debug, Subcommand)]
pub(super) enum Markets {
    /// Takes over the markets of a file. Doing it twice changes nothing, and a market that a later
    /// file does not have any more stays.
    Import {
        /// Our own CSV, 전국전통시장표준데이터 (CSV or JSON) or LOCALDATA 대규모점포 (CSV), the
        /// latter two as published.
        file: PathBuf,
    },
}

impl Markets {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Import { file } => import(&file).await,
        }
    }
}

async fn import(path: &Path) -> anyhow::Result<()> {
    let config = Config::load()?;
    let db = Db::new(&config.database)?;
    let input = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let file = MarketFile::open(input).map_err(|error| explain(path, &error))?;
    let report = import_file(&db, &Clock::System, file, |refusal| eprintln!("refused: {refusal}"));
    let report = report.await.map_err(|error| match error {
        ImportError::File { source, so_far } => {
            println!("{so_far}");
            explain(path, &source)
        }
        ImportError::Store(error) => error.into(),
    })?;
    println!("{report}");
    Ok(())
}

fn explain(path: &Path, error: &FileError) -> anyhow::Error {
    anyhow::anyhow!("{}: {}", path.display(), error.text().in_locale(Locale::En))
}
