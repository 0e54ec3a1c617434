//! Events about bans: an administrator keeps somebody from doing something, or no longer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{BanId, UserId};

/// What somebody is kept from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BanScope {
    /// Everything: signing in as well.
    All,
    /// Opening parties.
    Lead,
    /// Asking to join parties.
    Join,
    /// Writing messages.
    Chat,
}

/// `ban.given.v1`, `ban.lifted.v1`: a ban began, or ended before its time.
///
/// Each ban has one row of its own at whoever keeps them, and a lifted one stays lifted: so it
/// does not matter in which order the two events arrive. What ends by itself is told by `ends_at`
/// and has no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum BanEvent {
    /// It begins.
    Given(BanSnapshot),
    /// It is over.
    Lifted(BanSnapshot),
}

/// What other services need to know of a ban.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BanSnapshot {
    /// Which ban.
    pub ban_id: BanId,
    /// Who is banned.
    pub user_id: UserId,
    /// From what.
    pub scope: BanScope,
    /// Until when; for ever if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
}

impl EventData for BanEvent {
    const KINDS: &'static [&'static str] = &["ban.given.v1", "ban.lifted.v1"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Given(_) => "ban.given.v1",
            Self::Lifted(_) => "ban.lifted.v1",
        }
    }

    fn subject(&self) -> String {
        let (Self::Given(ban) | Self::Lifted(ban)) = self;
        ban.user_id.to_string()
    }
}
