//! The table of inboxes: how far each person's numbers go, and how much is unread.

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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
