//! How much of an inbox is unread, as clients see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::store::inboxes::Inbox;

/// How much is unread.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct UnreadView {
    /// How many notifications are unread.
    unread: u32,
    /// The number of the newest notification; 0 if there has never been one. Read all up to it with
    /// `POST /v1/notifications/read-all`.
    last_seq: u64,
}

impl From<Inbox> for UnreadView {
    fn from(inbox: Inbox) -> Self {
        Self { unread: inbox.unread, last_seq: inbox.last_seq }
    }
}
