//! What somebody is to a party.

use contracts::party::MembershipStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody is, or was, to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Opened it.
    Leader,
    /// Was accepted; may have left or been removed since.
    Member,
    /// Asked to join and was not accepted, or not yet.
    Applicant,
}

impl Role {
    /// The role of somebody with this standing.
    #[must_use]
    pub const fn of(standing: MembershipStatus) -> Self {
        match standing {
            MembershipStatus::Accepted | MembershipStatus::Left | MembershipStatus::Removed => {
                Self::Member
            }
            MembershipStatus::Applied
            | MembershipStatus::Withdrawn
            | MembershipStatus::Rejected => Self::Applicant,
        }
    }

    /// The standings that make this role; the leader has none.
    pub fn standings(self) -> impl Iterator<Item = MembershipStatus> {
        super::member::STATUSES.into_iter().filter(move |status| Self::of(*status) == self)
    }
}
