//! One sign-in of one person on one device.

use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// From where: an IPv4 address or an IPv6 network.
    pub origin: String,
    /// With what, as the client calls itself.
    pub user_agent: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it last got new tokens.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it gets new tokens before.
    pub expires_at: DateTime<Utc>,
    /// When it was ended early.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether it may still get tokens.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
