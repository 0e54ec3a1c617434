//! Somebody has left the platform.

use chassis::db::{Conn, DbError};
use chassis::http::idempotency;
use chrono::{DateTime, Utc};
use contracts::UserId;

use super::tell::tell;
use crate::domain::Kind;
use crate::domain::room::Notice;
use crate::herald::Herald;
use crate::store::{members, people, rooms};

/// How many answers are forgotten with one statement.
const ANSWERS: i64 = 1000;

/// Forgets what somebody was called and puts them out of their rooms. What they said stays for now,
/// without their name: the [`eraser`](crate::eraser) removes it when it is time.
pub async fn erase_person(
    conn: &mut Conn,
    user_id: UserId,
    version: u64,
    herald: &Herald,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    people::erase(conn, user_id, version).await?;
    while idempotency::forget_of(conn, user_id, ANSWERS).await? > 0 {}
    let ids = members::rooms_of(conn, user_id).await?;
    for mut room in rooms::lock_all(conn, &ids).await? {
        members::remove(conn, room.id, &[user_id]).await?;
        if room.is_there() {
            let left = Notice::about(Kind::Left, user_id);
            tell(conn, &mut room, &[left], herald, now).await?;
        }
    }
    Ok(())
}
