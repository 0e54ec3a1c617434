//! Fetches from the database what neither the writer nor the bridge has brought.

use std::time::Duration;

use contracts::RoomId;

use super::Hub;
use crate::store::messages;

/// Messages of another instance may be on their way: this long they are waited for.
const PATIENCE: Duration = Duration::from_millis(25);
/// The pause after a failure; it doubles with each, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How many messages one query fetches.
const PAGE: u32 = 500;

/// Closes the gaps of a room. Ends when there is none, or nobody watches the room any more.
pub(super) async fn run(hub: Hub, room: RoomId) {
    let mut pause = FIRST_PAUSE;
    tokio::time::sleep(PATIENCE).await;
    while let Some(position) = next_gap(&hub, room) {
        metrics::counter!("chat_gaps_fetched_total").increment(1);
        let fetched = async {
            let mut conn = hub.0.db.conn().await?;
            messages::after(&mut conn, room, position, PAGE).await
        };
        match fetched.await {
            Ok(found) => {
                pause = FIRST_PAUSE;
                if found.is_empty() {
                    // It was announced and is not there yet: a replica, or a commit under way.
                    tokio::time::sleep(PATIENCE).await;
                }
                hub.deliver(room, &found);
            }
            Err(error) => {
                tracing::warn!(%error, room.id = %room, "messages of room {room} are missing");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// After which message something is missing; if nothing is, the repair is over.
fn next_gap(hub: &Hub, room: RoomId) -> Option<u64> {
    let mut state = hub.state();
    let known = state.rooms.get_mut(&room)?;
    if known.line.has_gap() {
        return Some(known.line.position());
    }
    known.repairing = false;
    None
}
