//! What happens by itself.

mod erase_people;
mod settle_parties;
mod sweep_accounts;
mod take_out;
mod watch_withdrawals;

use std::time::Duration;

use chassis::db::Conn;
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
/// How long somebody who has withdrawn, or is banned, is still in parties, about.
const LEAVE_EVERY: Duration = Duration::from_millis(500);
/// How late what is left of somebody is erased, at most.
const ERASE_EVERY: Duration = Duration::from_mins(10);
/// How often it is counted who should have been gone by now.
const WATCH_EVERY: Duration = Duration::from_mins(1);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State, config: &Config) {
    let keys = state.tokens.keys().clone();
    life.every("key-rotation", config.tokens.keys_reread, move || {
        let keys = keys.clone();
        async move { keys.reload() }
    });
    let healing = state.clone();
    life.every("revocation-healing", HEAL_EVERY, move || {
        let state = healing.clone();
        async move { state.revocations.heal(&state.db).await }
    });
    let keeping = state.profiles.clone();
    life.every("profile-cache", KEEP_EVERY, move || {
        let profiles = keeping.clone();
        async move { profiles.keep().await }
    });
    let settling = state.clone();
    life.every("party-settling", SETTLE_EVERY, move || settle_parties::run(settling.clone()));
    let leaving = state.clone();
    life.every("withdrawal-leaving", LEAVE_EVERY, move || take_out::run(leaving.clone()));
    let banning = state.clone();
    life.every("ban-enforcing", LEAVE_EVERY, move || take_out::enforce_bans(banning.clone()));
    let erasing = state.clone();
    life.every("withdrawal-erasing", ERASE_EVERY, move || erase_people::run(erasing.clone()));
    let watching = state.clone();
    life.every("withdrawal-watch", WATCH_EVERY, move || watch_withdrawals::run(watching.clone()));
    let sweeping = state.clone();
    life.every("account-sweep", SWEEP_EVERY, move || sweep_accounts::run(sweeping.clone()));
    idempotency::keep_swept(life, &state.db, &state.clock);
}

/// Tells the compiler what it cannot find out about an asynchronous closure: that its future may
/// move to another thread, whatever connection it is given.
const fn work<W, T>(work: W) -> W
where
    W: for<'a> Fn(&'a mut Conn) -> BoxFuture<'a, Result<T, Error>>,
{
    work
}
