//! Events about blocks: somebody does not want to see somebody, or does again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::UserId;

/// What has become of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockChange {
    /// It begins.
    Blocked,
    /// It is over.
    Unblocked,
}

/// `user.blocked.v1`, `user.unblocked.v1`: neither is to hear of the other's parties any more, or
/// both are again. The later of two counts, in whichever order they arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockEvent {
    /// What has become of it.
    pub change: BlockChange,
    /// Whose block it is.
    pub user_id: UserId,
    /// Who is not to be seen.
    pub blocked_id: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl EventData for BlockEvent {
    const KINDS: &'static [&'static str] = &["user.blocked.v1", "user.unblocked.v1"];

    fn kind(&self) -> &'static str {
        match self.change {
            BlockChange::Blocked => "user.blocked.v1",
            BlockChange::Unblocked => "user.unblocked.v1",
        }
    }

    fn subject(&self) -> String {
        self.user_id.to_string()
    }
}
