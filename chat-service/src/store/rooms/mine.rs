//! The rooms that somebody is in, with what they want to know of each.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Row;
use crate::domain::{Kind, Message, Room};
use crate::schema::{messages, room_members, rooms};
use crate::store::messages::last_of;

/// A room as one of its people sees it.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The room.
    pub room: Room,
    /// How far this person has read.
    pub read_seq: u64,
    /// How many messages others have said since.
    pub unread: u64,
    /// The last message.
    pub last_message: Option<Message>,
}

/// Where a page begins: after the room that was active then.
pub type Place = (DateTime<Utc>, RoomId);

/// Up to `limit` of somebody's rooms, those with the latest message first: three queries, however
/// many there are.
pub async fn list(
    conn: &mut Conn,
    reader: UserId,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Mine>, DbError> {
    let mut query = rooms::table
        .inner_join(room_members::table.on(room_members::room_id.eq(rooms::id)))
        .filter(room_members::user_id.eq(reader))
        .filter(rooms::hidden_at.is_null())
        .select((Row::as_select(), room_members::read_seq))
        .order((rooms::active_at.desc(), rooms::id.desc()))
        .limit(limit.into())
        .into_boxed();
    if let Some((active_at, id)) = after {
        let active_at = active_at.naive_utc();
        let beside = rooms::active_at.eq(active_at).and(rooms::id.lt(id));
        query = query.filter(rooms::active_at.lt(active_at).or(beside));
    }
    let rows: Vec<(Row, u64)> = query.load(conn).await?;
    let rooms: Vec<(Room, u64)> = rows
        .into_iter()
        .map(|(row, read_seq)| Ok((Room::try_from(row)?, read_seq)))
        .collect::<Result<_, DbError>>()?;
    complete(conn, reader, rooms).await
}

/// One of somebody's rooms.
pub async fn find(conn: &mut Conn, reader: UserId, id: RoomId) -> Result<Option<Mine>, DbError> {
    let room = crate::store::members::find(conn, id, reader).await?;
    Ok(complete(conn, reader, room.into_iter().collect()).await?.pop())
}

async fn complete(
    conn: &mut Conn,
    reader: UserId,
    rooms: Vec<(Room, u64)>,
) -> Result<Vec<Mine>, DbError> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<(RoomId, u64)> =
        rooms.iter().map(|(room, _)| (room.id, room.last_seq)).collect();
    let mut last_messages = last_of(conn, &places).await?;
    let unread = unread(conn, reader, &places).await?;
    let mine = |(room, read_seq): (Room, u64)| Mine {
        last_message: last_messages.remove(&room.id),
        unread: unread.get(&room.id).copied().unwrap_or_default(),
        room,
        read_seq,
    };
    Ok(rooms.into_iter().map(mine).collect())
}

/// How many messages others have said in each of these rooms since the reader's marker. It is counted, not kept, so it cannot drift.
async fn unread(
    conn: &mut Conn,
    reader: UserId,
    of: &[(RoomId, u64)],
) -> Result<HashMap<RoomId, u64>, DbError> {
    let since =
        messages::room_id.eq(room_members::room_id).and(messages::seq.gt(room_members::read_seq));
    let rows: Vec<(RoomId, i64)> = room_members::table
        .inner_join(messages::table.on(since))
        .filter(room_members::user_id.eq(reader))
        .filter(room_members::room_id.eq_any(of.iter().map(|(id, _)| *id)))
        .filter(messages::kind.eq(Kind::Chat.name()))
        .filter(messages::sender_id.ne(reader))
        .group_by(room_members::room_id)
        .select((room_members::room_id, count_star()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, count)| (id, count.unsigned_abs())).collect())
}
