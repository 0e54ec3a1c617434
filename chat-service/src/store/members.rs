//! Who is in a room.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rooms::Row;
use super::{bans, former_members};
use crate::domain::{Person, Role, Room};
use crate::schema::room_members::{self, dsl};
use crate::schema::{self, people, rooms};

/// What somebody may do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// What they are there.
    pub role: Role,
    /// How far the room is.
    pub last_seq: u64,
    /// How far they have read.
    pub read_seq: u64,
    /// Whether nobody can say anything any more.
    pub read_only: bool,
}

/// What somebody may do in a room, at this moment; nothing if the room is not there for them.
pub async fn access(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Access>, DbError> {
    let room = find(conn, room_id, user_id).await?;
    Ok(room.map(|(room, read_seq)| Access {
        role: room.role_of(user_id),
        last_seq: room.last_seq,
        read_seq,
        read_only: room.is_read_only(now),
    }))
}

/// A room that is there for somebody, and how far they have read.
pub async fn find(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
) -> Result<Option<(Room, u64)>, DbError> {
    let row: Option<(Row, u64)> = rooms::table
        .inner_join(room_members::table.on(room_members::room_id.eq(rooms::id)))
        .filter(rooms::id.eq(room_id))
        .filter(dsl::user_id.eq(user_id))
        .filter(rooms::hidden_at.is_null())
        .select((Row::as_select(), dsl::read_seq))
        .first(conn)
        .await
        .optional()?;
    row.map(|(row, read_seq)| Ok((Room::try_from(row)?, read_seq))).transpose()
}

/// Those who are in a room, in the order of their ids.
pub async fn inside(conn: &mut Conn, room_id: RoomId) -> Result<BTreeSet<UserId>, DbError> {
    let query = dsl::room_members.filter(dsl::room_id.eq(room_id)).select(dsl::user_id);
    let ids: Vec<UserId> = query.load(conn).await?;
    Ok(ids.into_iter().collect())
}

/// The rooms that somebody is in, also those that were closed.
pub async fn rooms_of(conn: &mut Conn, user_id: UserId) -> Result<Vec<RoomId>, DbError> {
    let query = dsl::room_members.filter(dsl::user_id.eq(user_id)).select(dsl::room_id);
    Ok(query.order(dsl::room_id).load(conn).await?)
}

/// Lets people in. What was said before they came is there to read, and counts as read.
pub async fn add(
    conn: &mut Conn,
    room: &Room,
    people: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if people.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = people
        .iter()
        .map(|user_id| {
            (
                dsl::room_id.eq(room.id),
                dsl::user_id.eq(*user_id),
                dsl::read_seq.eq(room.last_seq),
                dsl::joined_at.eq(now.naive_utc()),
            )
        })
        .collect();
    diesel::insert_into(dsl::room_members).values(rows).execute(conn).await?;
    Ok(())
}

/// Puts people out, and notes where they have been.
pub async fn remove(conn: &mut Conn, room_id: RoomId, people: &[UserId]) -> Result<(), DbError> {
    if people.is_empty() {
        return Ok(());
    }
    let rows = dsl::room_members.filter(dsl::room_id.eq(room_id));
    diesel::delete(rows.filter(dsl::user_id.eq_any(people))).execute(conn).await?;
    former_members::note(conn, room_id, people).await
}

/// Moves somebody's marker forward to `seq`; never back.
pub async fn mark_read(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    seq: u64,
) -> Result<(), DbError> {
    let behind = dsl::room_members.find((room_id, user_id)).filter(dsl::read_seq.lt(seq));
    diesel::update(behind).set(dsl::read_seq.eq(seq)).execute(conn).await?;
    Ok(())
}

/// Somebody who is in the room they want to speak in.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// How they are shown.
    pub person: Person,
    /// Whether they are kept from writing.
    pub banned: bool,
}

/// The columns of a [`Speaker`]: the room, the person, what is known of the person, whether banned.
type SpeakerColumns = (RoomId, UserId, Option<(String, bool)>, bool);

/// Those of `wanted` who are in the room they want to speak in.
pub async fn speakers(
    conn: &mut Conn,
    wanted: &BTreeMap<RoomId, BTreeSet<UserId>>,
    now: DateTime<Utc>,
) -> Result<HashMap<(RoomId, UserId), Speaker>, DbError> {
    let banned = dsl::user_id.eq_any(bans::in_force(now).select(schema::bans::user_id));
    let query = room_members::table
        .left_join(people::table.on(people::user_id.eq(room_members::user_id)))
        .select((
            dsl::room_id,
            dsl::user_id,
            (people::nickname, people::withdrawn).nullable(),
            banned,
        ));
    // Mostly there is one, and the statement for one is prepared once.
    let rows: Vec<SpeakerColumns> = if let Some((room_id, user_id)) = only(wanted) {
        let one = dsl::room_id.eq(room_id).and(dsl::user_id.eq(user_id));
        query.filter(one).load(conn).await?
    } else {
        let mut query = query.into_boxed();
        for (room_id, users) in wanted {
            query = query.or_filter(dsl::room_id.eq(room_id).and(dsl::user_id.eq_any(users)));
        }
        query.load(conn).await?
    };
    let speaker = |(room_id, user_id, known, banned)| {
        ((room_id, user_id), Speaker { person: Person::new(user_id, known), banned })
    };
    Ok(rows.into_iter().map(speaker).collect())
}

/// The one person in the one room, if it is that.
fn only(wanted: &BTreeMap<RoomId, BTreeSet<UserId>>) -> Option<(RoomId, UserId)> {
    let (room, users) = wanted.first_key_value().filter(|_| wanted.len() == 1)?;
    users.first().filter(|_| users.len() == 1).map(|user| (*room, *user))
}
