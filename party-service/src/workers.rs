//! What happens by itself.

mod erase_people;
mod settle_parties;
mod sweep_accounts;
mod take_out;

use std::fmt::Display;
use std::time::Duration;

use chassis::db::{Conn, DbError};
use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;

use futures_util::future::BoxFuture;

use crate::commands::Error;
use crate::config::Config;
use crate::profiles::trust::ASK_EVERY as KEEP_EVERY;
use crate::state::State;

/// How often what nobody can ask for any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// How long a revocation that did not get around stays so once Redis is back, at most.
const HEAL_EVERY: Duration = Duration::from_secs(2);

/// How late a deadline is written down and told, at most.
const SETTLE_EVERY: Duration = Duration::from_secs(1);
/// How long somebody who has withdrawn is still in parties, about.
const LEAVE_EVERY: Duration = Duration::from_millis(500);
/// How late what is left of somebody is erased, at most.
const ERASE_EVERY: Duration = Duration::from_mins(10);

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
    let keeping = state.profiles.clone();
    every(life, "profile-cache", KEEP_EVERY, move || {
        let profiles = keeping.clone();
        async move { profiles.keep().await }
    });
    let settling = state.clone();
    every(life, "party-settling", SETTLE_EVERY, move || settle_parties::run(settling.clone()));
    let leaving = state.clone();
    every(life, "withdrawal-leaving", LEAVE_EVERY, move || take_out::run(leaving.clone()));
    let erasing = state.clone();
    every(life, "withdrawal-erasing", ERASE_EVERY, move || erase_people::run(erasing.clone()));
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

/// Tells the compiler what it cannot find out about an asynchronous closure: that its future may
/// move to another thread, whatever connection it is given.
const fn work<W, T>(work: W) -> W
where
    W: for<'a> Fn(&'a mut Conn) -> BoxFuture<'a, Result<T, Error>>,
{
    work
}
