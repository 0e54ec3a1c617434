//! Forgets notifications that are too old, and what they said.

use std::collections::BTreeMap;

use chassis::db::DbError;
use chrono::TimeDelta;
use contracts::UserId;
use futures_util::FutureExt as _;

use crate::commands::forget_old;
use crate::state::State;
use crate::store::{notices, notifications};
use crate::work::work;

/// How many rows are looked at or deleted at once: deleting must not hold up inserting.
const BATCH: u32 = 500;

pub(super) async fn run(state: State) -> Result<(), DbError> {
    let before = state.clock.now() - state.limits.kept();
    loop {
        let old = notifications::old(&mut *state.db.conn().await?, before, BATCH).await?;
        let found = old.len();
        let last: BTreeMap<UserId, u64> = old.into_iter().collect();
        for (user_id, seq) in last {
            let forget = work(move |conn| forget_old(conn, user_id, seq).boxed());
            state.db.transaction(forget).await?;
        }
        if found < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            break;
        }
    }
    // A notice is as old as its event, and may have been delivered that much later.
    let before = before - state.limits.news_for() - TimeDelta::days(1);
    let mut conn = state.db.conn().await?;
    while notices::forget(&mut conn, before, BATCH.into()).await? > 0 {}
    Ok(())
}
