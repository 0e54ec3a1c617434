//! What happens by itself.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::import::Importer;
use crate::import::mafra::Mafra;
use crate::import::worker::Worker;
use crate::state::State;

/// How often answers that are too old to be asked for again are forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Starts all workers.
pub fn spawn(
    life: &Lifecycle,
    state: &State,
    cache: &Cache,
    mafra: Option<Mafra>,
    config: &Config,
) {
    let (db, clock) = (state.db.clone(), state.clock.clone());
    let catalogue = state.current.clone();
    life.spawn(
        "catalogue",
        catalogue.follow(db.clone(), config.catalogue.reload_every, life.stopping()),
    );
    let worker = Worker {
        importer: Importer::new(db.clone(), cache.clone(), clock.clone(), &config.import),
        db: db.clone(),
        clock: clock.clone(),
        mafra,
        weekly: config.import.weekly,
        poll_every: config.import.poll_every,
        wake: Arc::clone(&state.wake_importer),
    };
    let stopping = life.stopping();
    life.spawn("imports", on_one_thread(move || worker.follow(stopping)));
    life.spawn("idempotency-sweep", sweep(db, clock, life.stopping()));
}

/// Runs work that opens transactions and so cannot move between threads, as the tasks of the
/// runtime do.
async fn on_one_thread<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    let runtime = Handle::current();
    let outcome = tokio::task::spawn_blocking(move || runtime.block_on(work())).await;
    if let Err(Ok(panic)) = outcome.map_err(tokio::task::JoinError::try_into_panic) {
        std::panic::resume_unwind(panic);
    }
}

async fn sweep(db: Db, clock: Clock, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let work = async || {
            idempotency::sweep(&mut *db.conn().await?, clock.now()).await?;
            Ok::<_, DbError>(())
        };
        if let Err(error) = work().await {
            tracing::warn!(%error, "old idempotency keys were not swept");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}
