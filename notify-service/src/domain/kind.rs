//! The types of notification.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a notification is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A party for a starred item, or at a starred market, was opened near where one lives.
    PartyCreated,
    /// The leader changed a party, or it opened again.
    PartyUpdated,
    /// The shares of a party are settled.
    PartyLocked,
    /// A party will not happen.
    PartyCancelled,
    /// A party has met.
    PartyCompleted,
    /// Somebody asks to join one's party.
    JoinRequested,
    /// One's application was accepted.
    JoinAccepted,
    /// One's application was rejected.
    JoinRejected,
    /// One was removed from a party.
    Removed,
    /// The chat of a party is open.
    ChatCreated,
    /// A party meets soon.
    PartyReminder,
    /// One was given a penalty.
    PenaltyGiven,
    /// One's appeal against a penalty was turned down.
    PenaltyUpheld,
    /// One's penalty was taken back.
    PenaltyRevoked,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::PartyCreated,
        Self::PartyUpdated,
        Self::PartyLocked,
        Self::PartyCancelled,
        Self::PartyCompleted,
        Self::JoinRequested,
        Self::JoinAccepted,
        Self::JoinRejected,
        Self::Removed,
        Self::ChatCreated,
        Self::PartyReminder,
        Self::PenaltyGiven,
        Self::PenaltyUpheld,
        Self::PenaltyRevoked,
    ];

    /// Whether it comes to everyone it is for, whatever they have silenced or muted: one can appeal
    /// for a while only, and should not lose that by having had enough of a party.
    #[must_use]
    pub const fn always_comes(self) -> bool {
        matches!(self, Self::PenaltyGiven | Self::PenaltyUpheld | Self::PenaltyRevoked)
    }

    /// Its name, on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PartyCreated => "PARTY_CREATED",
            Self::PartyUpdated => "PARTY_UPDATED",
            Self::PartyLocked => "PARTY_LOCKED",
            Self::PartyCancelled => "PARTY_CANCELLED",
            Self::PartyCompleted => "PARTY_COMPLETED",
            Self::JoinRequested => "JOIN_REQUESTED",
            Self::JoinAccepted => "JOIN_ACCEPTED",
            Self::JoinRejected => "JOIN_REJECTED",
            Self::Removed => "REMOVED",
            Self::ChatCreated => "CHAT_CREATED",
            Self::PartyReminder => "PARTY_REMINDER",
            Self::PenaltyGiven => "PENALTY_GIVEN",
            Self::PenaltyUpheld => "PENALTY_UPHELD",
            Self::PenaltyRevoked => "PENALTY_REVOKED",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn a_kind_has_one_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
