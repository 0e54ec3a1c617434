//! Takes over who does not want to hear of whom.

use chassis::db::{Conn, DbError};
use contracts::block::{BlockChange, BlockEvent};

use crate::store::{blocks, people};

/// Takes it over, unless one of the two has left.
pub async fn take_block(conn: &mut Conn, block: &BlockEvent) -> Result<(), DbError> {
    let BlockEvent { change, user_id, blocked_id, at } = *block;
    // In the order of their ids, so that nobody waits in a circle.
    for person in [user_id.min(blocked_id), user_id.max(blocked_id)] {
        if people::hold(conn, person).await?.withdrawn {
            return Ok(());
        }
    }
    blocks::store(conn, (user_id, blocked_id), change == BlockChange::Unblocked, at).await
}
