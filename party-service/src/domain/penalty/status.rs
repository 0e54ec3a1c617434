//! What became of a penalty, and why it was given, by the names under which they are stored.

use contracts::penalty::PenaltyReason;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyStatus {
    /// It counts.
    Given,
    /// The member says that it is not right. It counts until somebody decides.
    Appealed,
    /// An administrator found it right. It counts.
    Upheld,
    /// An administrator took it back. It does not count.
    Revoked,
}

const STATUSES: [PenaltyStatus; 4] =
    [PenaltyStatus::Given, PenaltyStatus::Appealed, PenaltyStatus::Upheld, PenaltyStatus::Revoked];

impl PenaltyStatus {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Appealed => "appealed",
            Self::Upheld => "upheld",
            Self::Revoked => "revoked",
        }
    }

    /// The status with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        STATUSES.into_iter().find(|status| status.name() == name)
    }
}

const REASONS: [PenaltyReason; 3] =
    [PenaltyReason::NoShow, PenaltyReason::LateNotice, PenaltyReason::Other];

/// The name of a reason.
#[must_use]
pub const fn reason_name(reason: PenaltyReason) -> &'static str {
    match reason {
        PenaltyReason::NoShow => "no_show",
        PenaltyReason::LateNotice => "late_notice",
        PenaltyReason::Other => "other",
    }
}

/// The reason with this name.
#[must_use]
pub fn reason_from_name(name: &str) -> Option<PenaltyReason> {
    REASONS.into_iter().find(|reason| reason_name(*reason) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name_and_are_those_on_the_wire() {
        for status in STATUSES {
            assert_eq!(PenaltyStatus::from_name(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
        for reason in REASONS {
            assert_eq!(reason_from_name(reason_name(reason)), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason_name(reason));
        }
        assert_eq!(PenaltyStatus::from_name("REJECTED"), None);
        assert_eq!(reason_from_name(""), None);
    }
}
