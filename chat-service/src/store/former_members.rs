//! Where people have been who are there no longer.

use chassis::db::{Conn, DbError};
use contracts::{RoomId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::former_members::dsl;

/// Notes that these people have left a room.
pub(super) async fn note(
    conn: &mut Conn,
    room_id: RoomId,
    people: &[UserId],
) -> Result<(), DbError> {
    let rows = people.iter().map(|id| (dsl::user_id.eq(*id), dsl::room_id.eq(room_id)));
    let rows: Vec<_> = rows.collect();
    diesel::insert_or_ignore_into(dsl::former_members).values(rows).execute(conn).await?;
    Ok(())
}

/// The rooms somebody has left, also those they came back to.
pub async fn rooms_of(conn: &mut Conn, user_id: UserId) -> Result<Vec<RoomId>, DbError> {
    let rooms = dsl::former_members.filter(dsl::user_id.eq(user_id)).select(dsl::room_id);
    Ok(rooms.load(conn).await?)
}

/// Forgets that somebody has been in a room.
pub(super) async fn forget(
    conn: &mut Conn,
    user_id: UserId,
    room_id: RoomId,
) -> Result<(), DbError> {
    diesel::delete(dsl::former_members.find((user_id, room_id))).execute(conn).await?;
    Ok(())
}
