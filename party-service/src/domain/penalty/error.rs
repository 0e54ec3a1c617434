//! Why something about a penalty was refused.

use crate::domain::party::PartyError;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PenaltyError {
    /// There is no such penalty, or the person asking has nothing to do with it.
    #[error("there is no such penalty")]
    NotFound,
    /// Only the person who got it may do that.
    #[error("only the person who got the penalty may do that")]
    NotYours,
    /// The member came.
    #[error("the member came")]
    Attended,
    /// An administrator would decide on a penalty that they got, or gave.
    #[error("nobody decides in a case of their own")]
    OwnCase,
    /// Leaders have no attendance that could be put right.
    #[error("there is no attendance of leaders")]
    NoAttendance,
    /// The party was completed too long ago.
    #[error("the party was completed too long ago")]
    TooLate,
    /// The member has a penalty of this party.
    #[error("the member has a penalty of this party")]
    AlreadyGiven,
    /// There was an appeal before.
    #[error("there was an appeal before")]
    AlreadyAppealed,
    /// No appeal waits for an answer.
    #[error("no appeal waits for an answer")]
    NoOpenAppeal,
    /// It was taken back.
    #[error("the penalty was revoked")]
    AlreadyRevoked,
    /// It counts no longer.
    #[error("the penalty counts no longer")]
    Expired,
    /// Something about the party.
    #[error(transparent)]
    Party(#[from] PartyError),
}
