//! One notification, as the inbox lists it and the stream sends it.

use chassis::text::Locale;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ContentView;
use crate::store::notifications::Stored;

/// One notification in its reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotificationView {
    /// Where it stands in the inbox: later ones have greater numbers.
    pub seq: u64,
    /// What it says.
    #[serde(flatten)]
    pub content: ContentView,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

impl NotificationView {
    /// Puts a stored notification into words.
    #[must_use]
    pub fn of(stored: &Stored, locale: Locale) -> Self {
        Self { seq: stored.seq, content: stored.content.view(locale), read_at: stored.read_at }
    }
}
