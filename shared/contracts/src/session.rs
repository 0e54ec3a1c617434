//! Events about sign-ins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{SessionId, UserId};

/// `session.revoked.v1`: these sessions of one person are over; whoever holds a connection of
/// theirs closes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionsRevoked {
    /// Whose sessions.
    pub user_id: UserId,
    /// Which of them.
    pub session_ids: Vec<SessionId>,
}

impl EventData for SessionsRevoked {
    const KINDS: &'static [&'static str] = &["session.revoked.v1"];

    fn kind(&self) -> &'static str {
        "session.revoked.v1"
    }

    fn subject(&self) -> String {
        self.user_id.to_string()
    }
}
