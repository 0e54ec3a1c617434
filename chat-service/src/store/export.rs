//! What is held about one person, as it is kept.

use chassis::db::{Conn, Db, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{BanId, RoomId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::{former_members, members};
use crate::domain::Kind;
use crate::schema::{bans, messages, people, room_members};

/// How many messages are read with one statement.
const MESSAGES: usize = 1000;

/// A room that somebody is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomKept {
    /// Which.
    room_id: RoomId,
    /// Since when.
    joined_at: DateTime<Utc>,
    /// How far they have read.
    read_seq: u64,
}

/// Something that somebody said, also in rooms they have left.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageKept {
    /// In which room.
    room_id: RoomId,
    /// Its place in the room.
    seq: u64,
    /// What was said.
    content: String,
    /// There, and true, if the words were removed: `content` is empty then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    /// What its sender calls it.
    client_message_id: Option<String>,
    /// When.
    sent_at: DateTime<Utc>,
}

/// A room that somebody has left.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomLeft {
    /// Which.
    room_id: RoomId,
}

/// A ban from writing.
#[derive(Debug, Serialize, ToSchema)]
pub struct BanKept {
    /// Which.
    ban_id: BanId,
    /// Until when; for ever if it does not say.
    ends_at: Option<DateTime<Utc>>,
    /// Whether it was lifted.
    lifted: bool,
}

/// What somebody is called.
pub async fn nickname(conn: &mut Conn, user: UserId) -> Result<Option<String>, DbError> {
    let known = people::table.find(user).select(people::nickname);
    let known: Option<String> = known.first(conn).await.optional()?;
    // Whose name has not come yet has an empty one.
    Ok(known.filter(|name| !name.is_empty()))
}

/// The rooms somebody is in.
pub async fn rooms(conn: &mut Conn, user: UserId) -> Result<Vec<RoomKept>, DbError> {
    let rows: Vec<(RoomId, NaiveDateTime, u64)> = room_members::table
        .filter(room_members::user_id.eq(user))
        .order(room_members::room_id)
        .select((room_members::room_id, room_members::joined_at, room_members::read_seq))
        .load(conn)
        .await?;
    let kept = |(room_id, joined_at, read_seq): (RoomId, NaiveDateTime, u64)| RoomKept {
        room_id,
        joined_at: joined_at.and_utc(),
        read_seq,
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// The rooms somebody has left, also those they came back to.
pub async fn rooms_left(conn: &mut Conn, user: UserId) -> Result<Vec<RoomLeft>, DbError> {
    let mut rooms = former_members::rooms_of(conn, user).await?;
    rooms.sort_unstable();
    Ok(rooms.into_iter().map(|room_id| RoomLeft { room_id }).collect())
}

/// All that somebody has said in rooms they are or were in, room by room. Each page is read with a
/// connection of its own, so that nobody else waits for one meanwhile.
pub async fn messages(db: &Db, user: UserId) -> Result<Vec<MessageKept>, DbError> {
    let mut conn = db.conn().await?;
    let mut rooms = members::rooms_of(&mut conn, user).await?;
    rooms.extend(former_members::rooms_of(&mut conn, user).await?);
    drop(conn);
    rooms.sort_unstable();
    rooms.dedup();
    let mut said = Vec::new();
    for room in rooms {
        let mut after = Some(0);
        while let Some(seq) = after {
            let page = said_in(&mut *db.conn().await?, room, user, seq).await?;
            let is_full = page.len() == MESSAGES;
            after = page.last().filter(|_| is_full).map(|last| last.seq);
            said.extend(page);
        }
    }
    Ok(said)
}

/// Some of what somebody has said in a room after `seq`.
async fn said_in(
    conn: &mut Conn,
    room: RoomId,
    user: UserId,
    seq: u64,
) -> Result<Vec<MessageKept>, DbError> {
    type Row = (RoomId, u64, String, bool, Option<String>, NaiveDateTime);
    let rows: Vec<Row> = messages::table
        .filter(messages::room_id.eq(room).and(messages::seq.gt(seq)))
        .filter(messages::sender_id.eq(user))
        .filter(messages::kind.eq(Kind::Chat.name()))
        .order(messages::seq)
        .limit(i64::try_from(MESSAGES).unwrap_or(i64::MAX))
        .select((
            messages::room_id,
            messages::seq,
            messages::content,
            messages::removed,
            messages::client_message_id,
            messages::sent_at,
        ))
        .load(conn)
        .await?;
    let kept = |(room_id, seq, content, removed, name, at): Row| MessageKept {
        room_id,
        seq,
        content,
        removed,
        client_message_id: name,
        sent_at: at.and_utc(),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// The bans of somebody, also those that are over.
pub async fn bans(conn: &mut Conn, user: UserId) -> Result<Vec<BanKept>, DbError> {
    let rows: Vec<(BanId, Option<NaiveDateTime>, bool)> = bans::table
        .filter(bans::user_id.eq(user))
        .order(bans::ban_id)
        .select((bans::ban_id, bans::ends_at, bans::lifted))
        .load(conn)
        .await?;
    let kept = |(ban_id, ends_at, lifted): (BanId, Option<NaiveDateTime>, bool)| BanKept {
        ban_id,
        ends_at: ends_at.map(|at| at.and_utc()),
        lifted,
    };
    Ok(rows.into_iter().map(kept).collect())
}
