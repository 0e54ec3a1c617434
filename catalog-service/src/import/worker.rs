//! Imports in the service: those that are due, those that were asked for, and those that someone
//! began and did not end.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::importer::{ImportError, Importer};
use super::lock::Lock;
use super::mafra::Mafra;
use super::schedule;
use super::source::Source;
use crate::commands::{NewImport, start_import};
use crate::domain::ImportRun;
use crate::store::import_runs;

/// Looks after imports. All instances have one; the lock decides who works.
pub struct Worker {
    /// Where imports are noted.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What does the work.
    pub importer: Importer,
    /// The open API; without it only what cannot be ended is tidied up.
    pub mafra: Option<Mafra>,
    /// Whether to import every week.
    pub weekly: bool,
    /// How often to look.
    pub poll_every: Duration,
    /// Says that there is something to do at once.
    pub wake: Arc<Notify>,
}

impl Worker {
    /// Works until told to stop. A run that is cut by that is taken up by another instance.
    pub async fn follow(self, stopping: CancellationToken) {
        loop {
            if let Err(error) = self.look(&stopping).await {
                tracing::warn!(%error, "imports cannot be looked after");
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(self.poll_every) => {}
            }
        }
    }

    async fn look(&self, stopping: &CancellationToken) -> Result<(), ImportError> {
        let due = self.due_since().await?;
        if due.is_none() && self.unfinished().await?.is_none() {
            return Ok(());
        }
        let Some(lock) = self.importer.lock().await? else { return Ok(()) };
        let outcome = self.work(&lock, stopping).await;
        lock.release().await;
        outcome
    }

    /// Works on what there is to do; with the lock in hand it is sure that nobody else does.
    async fn work(&self, lock: &Lock, stopping: &CancellationToken) -> Result<(), ImportError> {
        let run = match self.unfinished().await? {
            Some(run) => run,
            None if self.due_since().await?.is_some() => self.start().await?,
            None => return Ok(()),
        };
        let Some(mafra) = self.mafra.as_ref().filter(|_| run.source == Source::MAFRA) else {
            // Its file is elsewhere, or there is no key any more.
            return self.importer.abandon(lock, &run).await.map(drop);
        };
        let source = Arc::new(Source::Mafra(mafra.clone()));
        tokio::select! {
            () = stopping.cancelled() => Ok(()),
            outcome = self.importer.work(lock, run.id, source, |_| {}) => outcome.map(drop),
        }
    }

    /// Since when the weekly import is due, if nobody has made it yet.
    async fn due_since(&self) -> Result<Option<DateTime<Utc>>, ImportError> {
        let due = schedule::due_since(self.clock.now());
        let Some(since) = due.filter(|_| self.weekly && self.mafra.is_some()) else {
            return Ok(None);
        };
        let mut conn = self.db.conn().await?;
        let made = import_runs::has_any_since(&mut conn, Source::MAFRA, since).await?;
        Ok((!made).then_some(since))
    }

    async fn start(&self) -> Result<ImportRun, ImportError> {
        let new = NewImport { source: Source::MAFRA.into(), ..NewImport::default() };
        let now = self.clock.now();
        let run = self.db.transaction(async |conn| start_import(conn, &new, now).await).await?;
        tracing::info!(import.id = %run.id, "the weekly import is due");
        Ok(run)
    }

    async fn unfinished(&self) -> Result<Option<ImportRun>, DbError> {
        import_runs::find_unfinished(&mut *self.db.conn().await?).await
    }
}
