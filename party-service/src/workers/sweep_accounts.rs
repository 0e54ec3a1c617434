//! Forgets sessions and failed sign-ins that are long over.

use chassis::db::DbError;
use chrono::TimeDelta;

use crate::domain::attempts::FORGET_AFTER;
use crate::state::State;
use crate::store::{sessions, sign_in_failures};

/// How long an expired session is remembered: its owner signs in from the same place with more
/// patience (see [`Door::account_from`](crate::domain::door::Door::account_from)).
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// Forgets them.
pub(super) async fn run(state: State) -> Result<(), DbError> {
    let now = state.clock.now();
    let mut conn = state.db.conn().await?;
    sign_in_failures::sweep(&mut conn, now - FORGET_AFTER).await?;
    while sessions::sweep(&mut conn, now - SESSIONS_KEPT).await? > 0 {}
    Ok(())
}
