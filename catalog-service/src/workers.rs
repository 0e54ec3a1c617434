//! What happens by itself.

use std::sync::Arc;

use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use tokio::runtime::Handle;

use crate::config::Config;
use crate::import::Importer;
use crate::import::mafra::Mafra;
use crate::import::worker::Worker;
use crate::state::State;

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
    idempotency::keep_swept(life, &state.db, &state.clock);
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
