//! Removes the words of people who left the platform so long ago that nothing of theirs is kept.
//!
//! Each transaction takes somebody and removes a bounded number of messages, so nobody waits long
//! for the rows; what is cut off goes on where it was, on whichever instance is next.

use std::time::Duration;

use chassis::db::{Conn, Db, DbError};

use crate::store::{erasures, messages};

/// How long words may still be there once they are to be removed, about.
pub const ERASE_EVERY: Duration = Duration::from_secs(2);
/// How many messages one transaction changes, at most.
const MESSAGES: usize = 500;

/// Removes until nothing is left to be removed.
pub async fn run(db: Db) -> Result<(), DbError> {
    while db.transaction(remove_some).await? {}
    Ok(())
}

/// Says whether there was anybody.
async fn remove_some(conn: &mut Conn) -> Result<bool, DbError> {
    let Some(user) = erasures::take(conn).await? else { return Ok(false) };
    let removed = messages::remove_all_of(conn, user, MESSAGES).await?;
    if removed < MESSAGES {
        erasures::finish(conn, user).await?;
        tracing::info!(user.id = %user, "nothing that {user} said is left");
    }
    Ok(true)
}
