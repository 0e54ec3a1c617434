//! Marks notifications as read.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::UserId;

use super::Error;
use crate::store::inboxes::Inbox;
use crate::store::{inboxes, notifications};

/// Marks one as read and gives back the inbox. One that was read stays read since then.
pub async fn read_one(
    conn: &mut Conn,
    user_id: UserId,
    seq: u64,
    now: DateTime<Utc>,
) -> Result<Inbox, Error> {
    let mut inbox = inboxes::lock(conn, user_id).await?.ok_or(Error::NoSuchNotification)?;
    let was_read = notifications::state(conn, user_id, seq).await?;
    if !was_read.ok_or(Error::NoSuchNotification)? {
        notifications::mark_read(conn, user_id, seq, now).await?;
        inbox.unread = inbox.unread.saturating_sub(1);
        inboxes::set_unread(conn, user_id, inbox.unread).await?;
    }
    Ok(inbox)
}

/// Marks all up to `seq` as read and gives back the inbox. What comes later stays unread: it has not
/// been seen.
pub async fn read_all(
    conn: &mut Conn,
    user_id: UserId,
    seq: u64,
    now: DateTime<Utc>,
) -> Result<Inbox, Error> {
    let Some(mut inbox) = inboxes::lock(conn, user_id).await? else {
        return Ok(Inbox::default());
    };
    let read = notifications::mark_all_read(conn, user_id, seq, now).await?;
    inbox.unread = inbox.unread.saturating_sub(u32::try_from(read).unwrap_or(u32::MAX));
    inboxes::set_unread(conn, user_id, inbox.unread).await?;
    Ok(inbox)
}
