//! What happens by itself.

use std::fmt::Display;
use std::time::Duration;

use chassis::db::DbError;
use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;

use crate::state::State;

/// How often what nobody can ask for any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State) {
    let sweeping = state.clone();
    every(life, "idempotency-sweep", SWEEP_EVERY, move || sweep_idempotency_keys(sweeping.clone()));
}

/// Does some work now and again until the service stops. What fails is tried again next time.
fn every<F, E>(
    life: &Lifecycle,
    name: &'static str,
    pause: Duration,
    work: impl Fn() -> F + Send + 'static,
) where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send,
{
    let stopping = life.stopping();
    life.spawn(name, async move {
        while !stopping.is_cancelled() {
            if let Err(error) = work().await {
                tracing::warn!(worker = name, "worker {name} failed: {error}");
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    });
}

async fn sweep_idempotency_keys(state: State) -> Result<(), DbError> {
    let mut conn = state.db.conn().await?;
    idempotency::sweep(&mut conn, state.clock.now()).await.map(drop)
}
