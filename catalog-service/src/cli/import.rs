//! `catalog-service import`

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chassis::clock::Clock;
use chassis::db::Db;
use chassis::redis::Cache;
use clap::Args;
use contracts::page::MAX_LIMIT;

use super::progress::Progress;
use crate::commands::{self, NewImport, start_import};
use crate::config::Config;
use crate::domain::{ImportRun, Missing, RunStatus};
use crate::import::mafra::Mafra;
use crate::import::{FileRows, Importer, Lock, Source};
use crate::store::{import_refusals, import_runs};

/// What to import.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// `mafra` for the open API, or a CSV file with the columns `category_code`, `category_name`,
    /// `item_code`, `item_name`, `variety_code` and `variety_name`.
    #[arg(long, default_value = Source::MAFRA)]
    source: String,
    /// Deactivate what the source does not have even if that is more than a fifth of all items.
    #[arg(long, conflicts_with = "keep_missing")]
    force: bool,
    /// Deactivate nothing: the source is only a part of the catalogue.
    #[arg(long)]
    keep_missing: bool,
}

impl Import {
    /// Imports, and tells on standard output how far it is.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load()?;
        let source = Arc::new(self.open(&config)?);
        let db = Db::new(&config.database)?;
        let cache = Cache::new(&config.redis)?;
        let importer = Importer::new(db.clone(), cache, Clock::System, &config.import);
        let Some(lock) = importer.lock().await? else {
            bail!("another import is being worked on: try again when it has ended");
        };
        let outcome = self.work(&db, &importer, &lock, source).await;
        lock.release().await;
        let run = outcome?;
        tell(&db, &run).await?;
        match run.status {
            RunStatus::Held => bail!(
                "nothing was deactivated ({}): look at it, then import again with --force",
                run.outcome.unwrap_or_default()
            ),
            RunStatus::Failed => bail!("the import failed: {}", run.outcome.unwrap_or_default()),
            RunStatus::Done | RunStatus::Running => Ok(()),
        }
    }

    fn open(&self, config: &Config) -> anyhow::Result<Source> {
        if self.source == Source::MAFRA {
            let mafra = Mafra::new(&config.mafra)?;
            let mafra = mafra.context("there is no key to the open API: set mafra.key")?;
            return Ok(Source::Mafra(mafra));
        }
        Ok(Source::File(FileRows::open(Path::new(&self.source))?))
    }

    async fn work(
        &self,
        db: &Db,
        importer: &Importer,
        lock: &Lock,
        source: Arc<Source>,
    ) -> anyhow::Result<ImportRun> {
        let run = self.begin_or_resume(db, importer, lock, source.label()).await?;
        let progress = Progress::begin(&run);
        let run = importer.work(lock, run.id, source, |run| progress.show(run)).await;
        progress.end();
        run.context("the import was cut off; the same command goes on with it")
    }

    /// The run of this source that was cut off, or a new one.
    async fn begin_or_resume(
        &self,
        db: &Db,
        importer: &Importer,
        lock: &Lock,
        source: &str,
    ) -> anyhow::Result<ImportRun> {
        let unfinished = import_runs::find_unfinished(&mut *db.conn().await?).await?;
        match unfinished {
            Some(run) if run.source == source => return Ok(run),
            Some(run) if run.source == Source::MAFRA => {
                bail!("import {} of the open API has not ended: end it first", run.id)
            }
            // Nobody can go on with it but this command, which was given another file.
            Some(run) => drop(importer.abandon(lock, &run).await?),
            None => {}
        }
        let missing = match (self.force, self.keep_missing) {
            (true, _) => Missing::Force,
            (false, true) => Missing::Keep,
            (false, false) => Missing::Deactivate,
        };
        let new = NewImport { source: source.to_owned(), missing, ..NewImport::default() };
        let now = Clock::System.now();
        match db.transaction(async |conn| start_import(conn, &new, now).await).await {
            Err(commands::Error::Unfinished(id)) => bail!("import {id} was begun just now"),
            outcome => Ok(outcome?),
        }
    }
}

/// Tells how a run ended, and which rows it did not take.
async fn tell(db: &Db, run: &ImportRun) -> anyhow::Result<()> {
    let mut conn = db.conn().await?;
    let mut after = 0;
    loop {
        let refusals = import_refusals::list(&mut conn, run.id, after, MAX_LIMIT).await?;
        let Some(last) = refusals.last() else { break };
        after = last.line;
        for refusal in refusals {
            let field = refusal.field.map(|field| format!("{field} ")).unwrap_or_default();
            eprintln!(
                "refused: line {}: {field}{}: {}",
                refusal.line, refusal.reason, refusal.content
            );
        }
    }
    let tally = run.tally;
    println!(
        "{} row(s): {} inserted, {} updated, {} unchanged, {} refused, {} deactivated",
        tally.rows_read,
        tally.inserted,
        tally.updated,
        tally.unchanged(),
        tally.refused,
        tally.deactivated
    );
    Ok(())
}
