//! Events about accounts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::UserId;

/// `user.registered.v1`, `user.updated.v1`, `user.withdrawn.v1`, `user.erased.v1`: an account came,
/// changed, went, or is forgotten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum UserEvent {
    /// Someone signed up.
    Registered(UserSnapshot),
    /// The profile changed; the snapshot says how it is now.
    Updated(UserSnapshot),
    /// The person left: everyone erases what they hold, but for what the person wrote to others,
    /// which stays for the days that the platform states.
    Withdrawn {
        /// Who left.
        user_id: UserId,
        /// Higher than that of every earlier event about this person.
        version: u64,
    },
    /// Those days are over: what the person wrote to others is erased too, and all that is left of
    /// an account that went before.
    Erased {
        /// Who left.
        user_id: UserId,
        /// That of the event which told that they left.
        version: u64,
    },
}

/// What other services need to know of a person, and no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserSnapshot {
    /// Who.
    pub user_id: UserId,
    /// Grows with each change, so that consumers can ignore older news.
    pub version: u64,
    /// The name others see.
    pub nickname: String,
    /// Degrees north (WGS84), where the person has said where they live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east (WGS84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// The language of texts for this person: `ko` or `en`.
    pub locale: String,
}

impl EventData for UserEvent {
    const KINDS: &'static [&'static str] =
        &["user.registered.v1", "user.updated.v1", "user.withdrawn.v1", "user.erased.v1"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Registered(_) => "user.registered.v1",
            Self::Updated(_) => "user.updated.v1",
            Self::Withdrawn { .. } => "user.withdrawn.v1",
            Self::Erased { .. } => "user.erased.v1",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Registered(user) | Self::Updated(user) => user.user_id.to_string(),
            Self::Withdrawn { user_id, .. } | Self::Erased { user_id, .. } => user_id.to_string(),
        }
    }
}
