//! What happens by itself, beside messages and events.

use std::time::Duration;

use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;

use crate::state::State;

/// How often what nobody can ask for any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State) {
    let (state, stopping) = (state.clone(), life.stopping());
    life.spawn("idempotency-sweep", async move {
        while !stopping.is_cancelled() {
            if let Err(error) = sweep(&state).await {
                tracing::warn!(%error, "old idempotency keys were not forgotten");
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(SWEEP_EVERY) => {}
            }
        }
    });
}

async fn sweep(state: &State) -> Result<(), chassis::db::DbError> {
    let mut conn = state.db.conn().await?;
    idempotency::sweep(&mut conn, state.clock.now()).await.map(drop)
}
