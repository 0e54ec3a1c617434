//! What happens by itself.

mod settle_parties;
mod sweep_accounts;

use std::fmt::Display;
use std::time::Duration;

use chassis::db::DbError;
use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;

use crate::config::Config;
use crate::state::State;

/// How often what nobody can ask for any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// How long a revocation that did not get around stays so once Redis is back, at most.
const HEAL_EVERY: Duration = Duration::from_secs(2);

/// How late a deadline is written down and told, at most.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State, config: &Config) {
    let keys = state.tokens.keys().clone();
    every(life, "key-rotation", config.tokens.keys_reread, move || {
        let keys = keys.clone();
        async move { keys.reload() }
    });
    let healing = state.clone();
    every(life, "revocation-healing", HEAL_EVERY, move || {
        let state = healing.clone();
        async move { state.revocations.heal(&state.db).await }
    });
    let settling = state.clone();
    every(life, "party-settling", SETTLE_EVERY, move || settle_parties::run(settling.clone()));
    let sweeping = state.clone();
    every(life, "account-sweep", SWEEP_EVERY, move || sweep_accounts::run(sweeping.clone()));
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
