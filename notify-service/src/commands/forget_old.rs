//! Forgets notifications because of their age.

use chassis::db::{Conn, DbError};
use contracts::UserId;

use crate::store::{inboxes, notifications};

/// Forgets everything up to `seq` in an inbox.
pub async fn forget_old(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<(), DbError> {
    let inbox = inboxes::lock(conn, user_id).await?;
    let unread = notifications::delete_up_to(conn, user_id, seq).await?;
    let Some(inbox) = inbox else { return Ok(()) };
    let unread = inbox.unread.saturating_sub(u32::try_from(unread).unwrap_or(u32::MAX));
    inboxes::set_unread(conn, user_id, unread).await?;
    inboxes::set_forgotten(conn, user_id, seq.max(inbox.forgotten_seq)).await
}
