//! Works on a run from its first page that is not done to its end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Conn, Db, DbError};
use chassis::redis::{Cache, CacheError};
use contracts::ImportRunId;
use tokio_util::task::AbortOnDropHandle;

use super::failure::Failure;
use super::lock::Lock;
use super::page::Page;
use super::sort::Sorter;
use super::source::Source;
use crate::commands::{self, Ending, finish_import, store_page, take_over_import};
use crate::config::ImportConfig;
use crate::domain::{ImportRun, Missing, PAGE_ROWS};

/// The import was not brought to an end. It can be taken up again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Storing failed, or someone else has taken the run over.
    #[error(transparent)]
    Command(#[from] commands::Error),
    /// Nobody can tell whether another import is under way.
    #[error("the import lock is not to be had: {0}")]
    Lock(#[from] CacheError),
}

impl From<DbError> for ImportError {
    fn from(error: DbError) -> Self {
        commands::Error::from(error).into()
    }
}

/// Works on imports.
#[derive(Clone)]
pub struct Importer {
    db: Db,
    cache: Cache,
    clock: Clock,
    lock_ttl: Duration,
    concurrency: usize,
}

/// A run while it is worked on.
struct Work<'a, F> {
    importer: &'a Importer,
    run: ImportRun,
    sorter: Sorter,
    observe: F,
}

impl Importer {
    /// An importer of one database.
    #[must_use]
    pub fn new(db: Db, cache: Cache, clock: Clock, config: &ImportConfig) -> Self {
        Self { db, cache, clock, lock_ttl: config.lock_ttl, concurrency: config.concurrency }
    }

    /// The right to work on imports, if nobody else has it.
    pub async fn lock(&self) -> Result<Option<Lock>, ImportError> {
        Ok(Lock::try_take(&self.cache, self.lock_ttl).await?)
    }

    /// Works on a run until it has ended. Whoever calls this holds the lock; `observe` is told
    /// after each page.
    ///
    /// A source that cannot be read ends the run as failed. If the database fails, the run stays
    /// as it is, to be taken up again.
    pub async fn work(
        &self,
        _lock: &Lock,
        id: ImportRunId,
        source: Arc<Source>,
        observe: impl Fn(&ImportRun),
    ) -> Result<ImportRun, ImportError> {
        let (run, sorter) =
            self.db.transaction(async |conn| take_over_import(conn, id).await).await?;
        tracing::info!(import.id = %id, source = run.source, "import {id} is being worked on");
        let mut work = Work { importer: self, run, sorter, observe };
        let ending = match work.read(source).await? {
            Ok(()) => work.ending(),
            Err(failure) => {
                tracing::warn!(import.id = %id, "import {id} failed: {failure}");
                Ending::Failed(failure.name())
            }
        };
        let run = work.finish(&ending).await?;
        let outcome = run.outcome.as_deref().unwrap_or(run.status.as_str()).to_owned();
        tracing::info!(import.id = %id, outcome, tally = ?run.tally, "import {id} has ended");
        metrics::counter!("catalog_imports_total", "outcome" => outcome).increment(1);
        Ok(run)
    }

    /// Gives up a run that nobody can work on any more.
    pub async fn abandon(&self, _lock: &Lock, run: &ImportRun) -> Result<ImportRun, ImportError> {
        let ending = Ending::Failed("abandoned");
        let now = self.clock.now();
        Ok(self.db.transaction(async |conn| finish_import(conn, run, &ending, now).await).await?)
    }
}

impl<F: Fn(&ImportRun)> Work<'_, F> {
    /// Reads and stores all pages that are not done. The first of them tells how many there are;
    /// of the others several are asked for at once, and stored in order.
    async fn read(&mut self, source: Arc<Source>) -> Result<Result<(), Failure>, ImportError> {
        let next = self.run.tally.pages_done();
        if self.run.has_all_rows() {
            return Ok(Ok(()));
        }
        let first = match source.page(next).await {
            Ok(first) => first,
            Err(failure) => return Ok(Err(failure)),
        };
        let mut rest = next + 1..first.total.div_ceil(PAGE_ROWS);
        // As tasks of their own they are read and decoded while pages before them are stored.
        let ask = |number| {
            let source = source.clone();
            AbortOnDropHandle::new(tokio::spawn(async move { source.page(number).await }))
        };
        let mut asked: VecDeque<_> =
            rest.by_ref().take(self.importer.concurrency).map(&ask).collect();
        if let Err(failure) = self.store(Ok(first)).await? {
            return Ok(Err(failure));
        }
        while let Some(page) = asked.pop_front() {
            let page = page.await.unwrap_or(Err(Failure::Malformed));
            asked.extend(rest.next().map(&ask));
            if let Err(failure) = self.store(page).await? {
                return Ok(Err(failure));
            }
        }
        Ok(Ok(()))
    }

    /// Stores a page, if it could be had and belongs to the same source as those before it.
    async fn store(
        &mut self,
        page: Result<Page, Failure>,
    ) -> Result<Result<(), Failure>, ImportError> {
        let page = match page {
            Ok(page) => page,
            Err(failure) => return Ok(Err(failure)),
        };
        let total = page.total;
        if self.run.total_rows.is_some_and(|before| before != total) {
            return Ok(Err(Failure::SourceChanged));
        }
        let sorted = self.sorter.sort(page.lines);
        let (run, now) = (&self.run, self.importer.clock.now());
        let work = async |conn: &mut Conn| store_page(conn, run, total, &sorted, now).await;
        self.run = self.importer.db.transaction(work).await?;
        (self.observe)(&self.run);
        Ok(Ok(()))
    }

    /// How a run ends of which every row was read.
    fn ending(&self) -> Ending {
        let missing = match self.run.missing {
            Missing::Keep => Vec::new(),
            Missing::Deactivate | Missing::Force => self.sorter.missing(),
        };
        if !self.run.missing.allows(missing.len(), self.sorter.active_count()) {
            Ending::Held("too_many_missing")
        } else if self.sorter.is_unsure()
            && !missing.is_empty()
            && self.run.missing != Missing::Force
        {
            Ending::Held("unreadable_rows")
        } else {
            Ending::Done(missing)
        }
    }

    async fn finish(self, ending: &Ending) -> Result<ImportRun, ImportError> {
        let (run, now) = (&self.run, self.importer.clock.now());
        let work = async |conn: &mut Conn| finish_import(conn, run, ending, now).await;
        Ok(self.importer.db.transaction(work).await?)
    }
}
