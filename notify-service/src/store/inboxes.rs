//! The table of inboxes: how far each person's numbers go, and how much is unread.
//!
//! Whoever changes what lies in an inbox holds its row. So numbers are given in the order of the
//! commits, and the count of what is unread is exact. Who takes several rows takes them in the
//! order of the ids.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::given::given;
use crate::schema::inboxes::{self, dsl};

/// The state of an inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = inboxes)]
pub struct Inbox {
    /// The number of the last notification; 0 before the first.
    pub last_seq: u64,
    /// How many are unread.
    pub unread: u32,
    /// Up to this number notifications were forgotten because of their age.
    pub forgotten_seq: u64,
}

/// The inbox of a person; one that was never written to is empty.
pub async fn find(conn: &mut Conn, user_id: UserId) -> Result<Inbox, DbError> {
    let inbox = dsl::inboxes.find(user_id).select(Inbox::as_select()).first(conn).await;
    Ok(inbox.optional()?.unwrap_or_default())
}

/// The inbox of a person, which nobody changes before the transaction ends; `None` if it was never
/// written to.
pub async fn lock(conn: &mut Conn, user_id: UserId) -> Result<Option<Inbox>, DbError> {
    let inbox = dsl::inboxes.find(user_id).select(Inbox::as_select());
    Ok(inbox.for_update().first(conn).await.optional()?)
}

/// The last numbers of some inboxes. Those that were never written to are not among them.
pub async fn last_seqs(
    conn: &mut Conn,
    user_ids: &[UserId],
) -> Result<Vec<(UserId, u64)>, DbError> {
    let inboxes = dsl::inboxes.filter(dsl::user_id.eq_any(user_ids));
    Ok(inboxes.select((dsl::user_id, dsl::last_seq)).load(conn).await?)
}

/// Makes room for as many unread notifications as is said for each person, who come in the order of
/// their ids. Gives back the last number of each.
pub async fn make_room(
    conn: &mut Conn,
    wanted: &[(UserId, u32)],
) -> Result<HashMap<UserId, u64>, DbError> {
    let rows: Vec<_> = wanted
        .iter()
        .map(|(user_id, count)| {
            (
                dsl::user_id.eq(*user_id),
                dsl::last_seq.eq(u64::from(*count)),
                dsl::unread.eq(*count),
                dsl::forgotten_seq.eq(0_u64),
            )
        })
        .collect();
    diesel::insert_into(dsl::inboxes)
        .values(rows)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set((
            dsl::last_seq.eq(dsl::last_seq + given(dsl::last_seq)),
            dsl::unread.eq(dsl::unread + given(dsl::unread)),
        ))
        .execute(conn)
        .await?;
    let user_ids: Vec<_> = wanted.iter().map(|(user_id, _)| *user_id).collect();
    Ok(last_seqs(conn, &user_ids).await?.into_iter().collect())
}

/// Says how many are unread.
pub async fn set_unread(conn: &mut Conn, user_id: UserId, unread: u32) -> Result<(), DbError> {
    let mine = dsl::inboxes.find(user_id);
    diesel::update(mine).set(dsl::unread.eq(unread)).execute(conn).await?;
    Ok(())
}

/// Says up to where notifications were forgotten.
pub async fn set_forgotten(conn: &mut Conn, user_id: UserId, seq: u64) -> Result<(), DbError> {
    let mine = dsl::inboxes.find(user_id);
    diesel::update(mine).set(dsl::forgotten_seq.eq(seq)).execute(conn).await?;
    Ok(())
}

/// Takes an inbox away.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::inboxes.find(user_id)).execute(conn).await?;
    Ok(())
}
