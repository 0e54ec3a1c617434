//! Locks or cancels the parties whose deadline has passed, and cancels those that nobody has
//! completed in time. Readers see it already; this writes it down and tells it, once, on whichever
//! instance comes first.

use futures_util::FutureExt as _;

use super::work;
use crate::commands::Error;
use crate::commands::settle_party::settle_party;
use crate::state::State;
use crate::store::parties::due;

/// How many parties are looked up at once. Each is settled in a transaction of its own.
const BATCH: u32 = 100;

pub(super) async fn run(state: State) -> Result<(), Error> {
    loop {
        let now = state.clock.now();
        let ids = due::list(&mut *state.db.conn().await?, now, BATCH).await?;
        let mut settled = 0;
        for id in ids {
            match state.db.transaction(work(move |conn| settle_party(conn, id, now).boxed())).await
            {
                Ok(true) => settled += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(party.id = %id, "party {id} could not be settled: {error}");
                }
            }
        }
        // Fewer than a batch: the rest, if any, is in the hands of others or cannot be settled.
        if settled < BATCH {
            return Ok(());
        }
    }
}
