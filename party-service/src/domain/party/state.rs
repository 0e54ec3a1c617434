//! Where a party is in its life, and what brought it there.

use contracts::party::PartyStatus;
use serde::Serialize;
use utoipa::ToSchema;

/// Where a party is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Neighbours may apply.
    Open,
    /// The shares are settled; they will meet.
    Locked(LockedBy),
    /// It will not happen.
    Cancelled(CancelledBy),
    /// They met, bought and split.
    Done,
}

/// What locked a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockedBy {
    /// The last share was taken.
    Full,
    /// The leader, by hand: it stays locked when a member leaves.
    Leader,
    /// The deadline passed with enough shares taken.
    Deadline,
}

/// What cancelled a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The leader.
    Leader,
    /// The deadline passed with too few shares taken.
    Deadline,
    /// The leader has left the platform.
    Withdrawal,
    /// Nobody has said within three days of the meeting that it took place.
    Overdue,
    /// An administrator, who has banned the leader or was told that something is wrong with it.
    Moderation,
}

impl State {
    /// The state without its cause.
    #[must_use]
    pub const fn status(self) -> PartyStatus {
        match self {
            Self::Open => PartyStatus::Open,
            Self::Locked(_) => PartyStatus::Locked,
            Self::Cancelled(_) => PartyStatus::Cancelled,
            Self::Done => PartyStatus::Done,
        }
    }

    /// The name of the cause, under which it is stored and sent.
    #[must_use]
    pub const fn cause(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Done => None,
            Self::Locked(LockedBy::Full) => Some("full"),
            Self::Locked(LockedBy::Leader) | Self::Cancelled(CancelledBy::Leader) => Some("leader"),
            Self::Locked(LockedBy::Deadline) | Self::Cancelled(CancelledBy::Deadline) => {
                Some("deadline")
            }
            Self::Cancelled(CancelledBy::Withdrawal) => Some("withdrawal"),
            Self::Cancelled(CancelledBy::Overdue) => Some("overdue"),
            Self::Cancelled(CancelledBy::Moderation) => Some("moderation"),
        }
    }

    /// The state with this status and this cause, if there is one.
    #[must_use]
    pub fn from_names(status: &str, cause: Option<&str>) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|state| status_name(state.status()) == status && state.cause() == cause)
    }

    const ALL: [Self; 10] = [
        Self::Open,
        Self::Locked(LockedBy::Full),
        Self::Locked(LockedBy::Leader),
        Self::Locked(LockedBy::Deadline),
        Self::Cancelled(CancelledBy::Leader),
        Self::Cancelled(CancelledBy::Deadline),
        Self::Cancelled(CancelledBy::Withdrawal),
        Self::Cancelled(CancelledBy::Overdue),
        Self::Cancelled(CancelledBy::Moderation),
        Self::Done,
    ];
}

/// The name of a status, as it is stored and sent.
#[must_use]
pub const fn status_name(status: PartyStatus) -> &'static str {
    match status {
        PartyStatus::Open => "open",
        PartyStatus::Locked => "locked",
        PartyStatus::Cancelled => "cancelled",
        PartyStatus::Done => "done",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_states() {
        for state in State::ALL {
            assert_eq!(State::from_names(status_name(state.status()), state.cause()), Some(state));
        }
        assert_eq!(State::from_names("open", Some("full")), None);
        assert_eq!(State::from_names("JOINED", None), None);
    }
}
