//! Something has happened, and its room is told.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};

use crate::domain::room::Notice;
use crate::domain::{MessageKey, Room};
use crate::herald::Herald;
use crate::store::messages::{self, NewMessage};

/// Stores notices as messages of a room that is locked, which has come so far then.
pub(super) async fn tell(
    conn: &mut Conn,
    room: &mut Room,
    notices: &[Notice],
    herald: &Herald,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if notices.is_empty() {
        return Ok(());
    }
    herald.note(room.id, room.last_seq);
    let removes: Vec<_> = notices
        .iter()
        .map(|notice| notice.removes.map(|seq| seq.to_string()).unwrap_or_default())
        .collect();
    let new: Vec<NewMessage<'_>> = notices
        .iter()
        .zip(&removes)
        .map(|(notice, removes)| {
            room.last_seq += 1;
            NewMessage {
                room_id: room.id,
                seq: room.last_seq,
                kind: notice.kind,
                sender_id: notice.about,
                key: MessageKey::unnamed(),
                client_message_id: None,
                content: removes,
            }
        })
        .collect();
    room.active_at = now;
    messages::append(conn, &[(room.id, room.last_seq)], &new, now).await
}
