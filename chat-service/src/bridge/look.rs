//! Asks the database how far the rooms are that somebody watches here.

use chassis::db::{Db, DbError};
use contracts::RoomId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Listening;
use crate::config::BridgeConfig;
use crate::hub::Hub;
use crate::store::rooms;

/// How many rooms one query asks for.
const AT_ONCE: usize = 500;

/// Compares all watched rooms now and then until the service stops.
pub(super) async fn run(
    config: BridgeConfig,
    db: Db,
    hub: Hub,
    listening: Listening,
    stopping: CancellationToken,
) {
    let (mut looked, mut failing) = (Instant::now(), false);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(config.look_every_without_redis) => {}
        }
        if listening.get() && looked.elapsed() < config.look_every {
            continue;
        }
        looked = Instant::now();
        let watched: Vec<RoomId> = hub.watched().into_iter().map(|(room, _)| room).collect();
        let outcome = compare(&db, &hub, &watched).await;
        // Once for each outage.
        if let Err(error) = &outcome
            && !failing
        {
            tracing::warn!(%error, "it is not known how far the rooms are");
        }
        failing = outcome.is_err();
    }
}

/// Tells the hub how far these rooms are.
pub(super) async fn compare(db: &Db, hub: &Hub, rooms: &[RoomId]) -> Result<(), DbError> {
    for some in rooms.chunks(AT_ONCE) {
        let seqs = rooms::last_seqs(&mut *db.conn().await?, some).await?;
        for (room, last_seq) in seqs {
            hub.advance(room, last_seq);
        }
    }
    Ok(())
}
