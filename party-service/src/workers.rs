//! What happens by itself.

use std::time::Duration;

use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;
use tokio_util::sync::CancellationToken;

use crate::state::State;

/// How often answers that are too old to be asked for again are forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State) {
    life.spawn("idempotency-sweep", sweep(state.clone(), life.stopping()));
}

async fn sweep(state: State, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let swept = match state.db.conn().await {
            Ok(mut conn) => idempotency::sweep(&mut conn, state.clock.now()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "old idempotency keys were not swept");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}
