//! Messages lose their words, and keep their place.
//!
//! What was said is empty from then on, and so is what its sender called it, which are words of
//! theirs too. Whoever reads gets the message as before, and that it was removed; it counts as before.
//! A message that is on its way to readers at this moment still arrives as it was said: nothing
//! but the database keeps one for longer than a moment, so whoever reads it later does not see it.

use chassis::db::{Conn, DbError};
use contracts::{RoomId, UserId};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel_async::RunQueryDsl;

use crate::domain::Kind;
use crate::schema::messages::dsl;
use crate::store::former_members;

/// Removes the words of a message; says whether there were any.
pub async fn remove(conn: &mut Conn, room_id: RoomId, seq: u64) -> Result<bool, DbError> {
    let said = dsl::messages
        .find((room_id, seq))
        .filter(dsl::kind.eq(Kind::Chat.name()))
        .filter(dsl::removed.eq(false));
    let nothing =
        (dsl::content.eq(""), dsl::client_message_id.eq(None::<String>), dsl::removed.eq(true));
    Ok(diesel::update(said).set(nothing).execute(conn).await? > 0)
}

/// Removes the words of up to `limit` messages of somebody in rooms they have left; says of how
/// many. With fewer than `limit` it is done.
///
/// A room in which nothing is left to remove is noted no more as one of theirs, so what is cut off
/// goes on where it was.
pub async fn remove_all_of(
    conn: &mut Conn,
    user_id: UserId,
    limit: usize,
) -> Result<usize, DbError> {
    let mut removed = 0;
    for room_id in former_members::rooms_of(conn, user_id).await? {
        let left = limit - removed;
        let now = remove_in(conn, room_id, user_id, left).await?;
        removed += now;
        if now == left {
            break;
        }
        former_members::forget(conn, user_id, room_id).await?;
    }
    Ok(removed)
}

async fn remove_in(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    limit: usize,
) -> Result<usize, DbError> {
    // The query builder knows no UPDATE with a LIMIT.
    let sql = "UPDATE messages SET content = '', client_message_id = NULL, removed = TRUE \
               WHERE room_id = ? AND sender_id = ? AND kind = ? AND NOT removed \
               ORDER BY seq LIMIT ?";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(diesel::sql_query(sql)
        .bind::<Binary, _>(room_id)
        .bind::<Binary, _>(user_id)
        .bind::<Text, _>(Kind::Chat.name())
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}
