//! Somebody's standing in a party.

use contracts::UserId;
use contracts::party::{MemberRef, MembershipStatus};

/// Somebody's standing in a party; the leader has none, being the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// How many shares they take or asked for.
    pub shares: u32,
    /// How they stand.
    pub status: MembershipStatus,
    /// Whether they came; only for the members of a completed party.
    pub attended: Option<bool>,
}

impl Member {
    /// The standings of those who take part or wait for an answer.
    pub const CONCERNED: [MembershipStatus; 2] =
        [MembershipStatus::Accepted, MembershipStatus::Applied];

    /// Whether they take part or wait for an answer.
    #[must_use]
    pub fn is_concerned(&self) -> bool {
        Self::CONCERNED.contains(&self.status)
    }

    pub(super) const fn with_status(self, status: MembershipStatus) -> Self {
        Self { status, ..self }
    }
}

impl From<&Member> for MemberRef {
    fn from(member: &Member) -> Self {
        Self { user_id: member.user_id, shares: member.shares, attended: member.attended }
    }
}

pub(super) const STATUSES: [MembershipStatus; 6] = [
    MembershipStatus::Applied,
    MembershipStatus::Withdrawn,
    MembershipStatus::Rejected,
    MembershipStatus::Accepted,
    MembershipStatus::Left,
    MembershipStatus::Removed,
];

/// The name of a standing, as it is stored and sent.
#[must_use]
pub const fn membership_name(status: MembershipStatus) -> &'static str {
    match status {
        MembershipStatus::Applied => "applied",
        MembershipStatus::Withdrawn => "withdrawn",
        MembershipStatus::Rejected => "rejected",
        MembershipStatus::Accepted => "accepted",
        MembershipStatus::Left => "left",
        MembershipStatus::Removed => "removed",
    }
}

/// The standing with this name.
#[must_use]
pub fn membership_from_name(name: &str) -> Option<MembershipStatus> {
    STATUSES.into_iter().find(|status| membership_name(*status) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_standings() {
        for status in STATUSES {
            assert_eq!(membership_from_name(membership_name(status)), Some(status));
        }
        assert_eq!(membership_from_name("PENDING"), None);
    }
}
