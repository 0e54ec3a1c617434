//! What a client is told when something about a penalty was refused.

use chassis::http::ApiError;

use super::codes;
use crate::domain::penalty::PenaltyError;

impl From<PenaltyError> for ApiError {
    fn from(error: PenaltyError) -> Self {
        Self::new(match error {
            PenaltyError::NotFound => &codes::PENALTY_NOT_FOUND,
            PenaltyError::NotYours => &codes::NOT_YOUR_PENALTY,
            PenaltyError::Attended => &codes::MEMBER_ATTENDED,
            PenaltyError::OwnCase => &codes::OWN_CASE,
            PenaltyError::NoAttendance => &codes::NO_ATTENDANCE_OF_LEADERS,
            PenaltyError::TooLate => &codes::PENALTY_TOO_LATE,
            PenaltyError::AlreadyGiven => &codes::ALREADY_PENALIZED,
            PenaltyError::AlreadyAppealed => &codes::ALREADY_APPEALED,
            PenaltyError::NoOpenAppeal => &codes::NO_OPEN_APPEAL,
            PenaltyError::AlreadyRevoked => &codes::PENALTY_REVOKED,
            PenaltyError::Expired => &codes::PENALTY_EXPIRED,
            PenaltyError::Party(error) => return error.into(),
        })
    }
}
