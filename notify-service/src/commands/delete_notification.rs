//! Takes a notification out of an inbox.

use chassis::db::Conn;
use contracts::UserId;

use super::Error;
use crate::store::{inboxes, notifications};

/// Deletes it; its number is not given again.
pub async fn delete_notification(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<(), Error> {
    let inbox = inboxes::lock(conn, user_id).await?.ok_or(Error::NoSuchNotification)?;
    let was_read = notifications::state(conn, user_id, seq).await?;
    if !was_read.ok_or(Error::NoSuchNotification)? {
        inboxes::set_unread(conn, user_id, inbox.unread.saturating_sub(1)).await?;
    }
    notifications::delete(conn, user_id, seq).await?;
    Ok(())
}
