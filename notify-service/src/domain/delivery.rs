//! What is taken to people, and who got it.

use std::sync::Arc;

use chassis::text::Locale;
use contracts::{EventId, UserId};

use super::Content;

/// Something that people ought to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The id of the event it tells of, so that an event cannot be told twice.
    pub id: EventId,
    /// What it says.
    pub content: Arc<Content>,
}

/// One notice that is now in some inboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// What it says.
    pub content: Arc<Content>,
    /// In whose inboxes it is, in the order of their ids.
    pub receivers: Vec<Receiver>,
}

/// One person who got a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Who.
    pub user_id: UserId,
    /// Where it stands in their inbox.
    pub seq: u64,
    /// The language they read.
    pub locale: Locale,
    /// Whether it came in their quiet hours: it is in the inbox and on no stream.
    pub held: bool,
}
