//! What was said in a message that is reported.

use chrono::{DateTime, Utc};
use contracts::UserId;

/// A message as the reporter could read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who said it.
    pub by: UserId,
    /// What they said, unless it was erased since.
    pub content: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}
