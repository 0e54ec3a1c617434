//! The leader closes the room: nobody sees it any more.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};

use super::Error;
use super::tell::tell;
use crate::domain::room::Notice;
use crate::domain::{Kind, Role, Room};
use crate::herald::Herald;
use crate::store::{members, rooms};

/// Closes a room for everybody.
pub async fn close_room(
    conn: &mut Conn,
    id: RoomId,
    actor: UserId,
    herald: &Herald,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let room = rooms::lock(conn, id).await?.filter(Room::is_there);
    let mut room = room.ok_or(Error::NoSuchRoom)?;
    if members::access(conn, id, actor, now).await?.is_none() {
        return Err(Error::NoSuchRoom);
    }
    if room.role_of(actor) != Role::Leader {
        return Err(Error::NotTheLeader);
    }
    let closed = Notice::about(Kind::Closed, actor);
    tell(conn, &mut room, &[closed], herald, now).await?;
    room.hidden_at = Some(now);
    Ok(rooms::save(conn, &room).await?)
}
