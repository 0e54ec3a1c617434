//! An administrator has removed what somebody said.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::RoomId;

use super::tell::tell;
use crate::domain::room::Notice;
use crate::herald::Herald;
use crate::store::{messages, rooms};

/// Removes the words of a message, and tells its room, so that whoever has it on a screen takes it
/// off. What has no words is left as it is.
pub async fn remove_message(
    conn: &mut Conn,
    room_id: RoomId,
    seq: u64,
    herald: &Herald,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    for mut room in rooms::lock_all(conn, &[room_id]).await? {
        if messages::remove(conn, room_id, seq).await? && room.is_there() {
            tell(conn, &mut room, &[Notice::removal(seq)], herald, now).await?;
        }
    }
    Ok(())
}
