//! Sends reminders when they are due, each on whichever instance comes first.

use chassis::db::DbError;
use futures_util::FutureExt as _;

use crate::commands::send_reminders;
use crate::delivery::Bell;
use crate::state::State;
use crate::work::work;

/// How many reminders are sent in one transaction.
const BATCH: u32 = 50;

pub(super) async fn run(state: State, bell: Bell) -> Result<(), DbError> {
    loop {
        let now = state.clock.now();
        let reminding = work(move |conn| send_reminders(conn, now, BATCH).boxed());
        let sent = state.db.transaction(reminding).await?;
        if sent > 0 {
            bell.ring();
        }
        if sent < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(());
        }
    }
}
