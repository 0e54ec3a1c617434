//! Messages.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::NaiveDateTime;
use contracts::{RoomId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::{ClientMessageId, Kind, Message, Person};
use crate::schema::messages::{self, dsl};
use crate::schema::people;
use crate::wire::Stored;

mod append;
mod remove;
mod repeated;

pub use append::{NewMessage, append};
pub use remove::{remove, remove_all_of};
pub use repeated::{Earlier, repeated};

/// The columns of a [`Message`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
struct Row {
    room_id: RoomId,
    seq: u64,
    kind: String,
    sender_id: Option<UserId>,
    client_message_id: Option<String>,
    content: String,
    sent_at: NaiveDateTime,
    removed: bool,
}

/// A row and what is known of its sender: the name, and whether they have left the platform.
type RowAndName = (Row, Option<(String, bool)>);

fn message((row, known): RowAndName) -> Result<Message, DbError> {
    Ok(Message {
        kind: Kind::from_name(&row.kind).ok_or(DbError::Inconsistent {
            table: "messages",
            column: "kind",
            value: row.kind,
        })?,
        room_id: row.room_id,
        seq: row.seq,
        person: row.sender_id.map(|id| Person::new(id, known)),
        content: row.content,
        removed: row.removed,
        client_message_id: row.client_message_id.map(ClientMessageId::from_stored),
        sent_at: row.sent_at.and_utc(),
    })
}

/// Up to `limit` messages of a room after `seq`, in order, as readers get them.
pub async fn after(
    conn: &mut Conn,
    room_id: RoomId,
    seq: u64,
    limit: u32,
) -> Result<Vec<Stored>, DbError> {
    let messages = page_after(conn, room_id, seq, limit).await?;
    Ok(messages.iter().map(Stored::new).collect())
}

/// Up to `limit` messages of a room after `seq`, in order.
pub async fn page_after(
    conn: &mut Conn,
    room_id: RoomId,
    seq: u64,
    limit: u32,
) -> Result<Vec<Message>, DbError> {
    let rows: Vec<RowAndName> = messages::table
        .left_join(people::table.on(people::user_id.nullable().eq(dsl::sender_id)))
        .filter(dsl::room_id.eq(room_id).and(dsl::seq.gt(seq)))
        .select((Row::as_select(), (people::nickname, people::withdrawn).nullable()))
        .order(dsl::seq)
        .limit(limit.into())
        .load(conn)
        .await?;
    rows.into_iter().map(message).collect()
}

/// Up to `limit` messages of a room before `seq`, in order.
pub async fn page_before(
    conn: &mut Conn,
    room_id: RoomId,
    seq: u64,
    limit: u32,
) -> Result<Vec<Message>, DbError> {
    let rows: Vec<RowAndName> = messages::table
        .left_join(people::table.on(people::user_id.nullable().eq(dsl::sender_id)))
        .filter(dsl::room_id.eq(room_id).and(dsl::seq.lt(seq)))
        .select((Row::as_select(), (people::nickname, people::withdrawn).nullable()))
        .order(dsl::seq.desc())
        .limit(limit.into())
        .load(conn)
        .await?;
    rows.into_iter().rev().map(message).collect()
}

/// The messages at these places.
pub async fn last_of(
    conn: &mut Conn,
    places: &[(RoomId, u64)],
) -> Result<HashMap<RoomId, Message>, DbError> {
    let mut query = messages::table
        .left_join(people::table.on(people::user_id.nullable().eq(dsl::sender_id)))
        .select((Row::as_select(), (people::nickname, people::withdrawn).nullable()))
        .into_boxed();
    for (room_id, seq) in places {
        query = query.or_filter(dsl::room_id.eq(*room_id).and(dsl::seq.eq(*seq)));
    }
    let rows: Vec<RowAndName> = query.load(conn).await?;
    rows.into_iter().map(|row| message(row).map(|message| (message.room_id, message))).collect()
}
