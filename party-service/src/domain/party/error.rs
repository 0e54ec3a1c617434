//! Why something about a party was refused.

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::party::PartyStatus;

/// A refusal. The rules of the state are told apart, so that a client can say which one it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// There is no such party.
    #[error("there is no such party")]
    NotFound,
    /// Only the leader may do that.
    #[error("only the leader may do that")]
    NotTheLeader,
    /// Only those who take part may do that.
    #[error("only members may do that")]
    NotAMember,
    /// Nobody with that id takes part.
    #[error("there is no such member")]
    NoSuchMember,
    /// Nobody with that id waits for an answer.
    #[error("there is no such application")]
    NoSuchApplication,
    /// The state of the party forbids it.
    #[error("the party is {0:?}")]
    WrongState(PartyStatus),
    /// All shares are taken.
    #[error("all shares are taken")]
    Full,
    /// There are free shares, but not that many.
    #[error("only {free} share(s) are free")]
    NotEnoughShares {
        /// How many are.
        free: u32,
    },
    /// The deadline has passed.
    #[error("the deadline has passed")]
    JoinClosed,
    /// The meeting has begun.
    #[error("the meeting has begun")]
    MeetingStarted,
    /// The meeting has not begun.
    #[error("the meeting has not begun")]
    MeetingNotStarted,
    /// The leader takes part already, and cannot leave but by cancelling.
    #[error("the leader takes part by leading")]
    IsTheLeader,
    /// The application waits for an answer.
    #[error("the application waits for an answer")]
    AlreadyApplied,
    /// The person is a member already.
    #[error("the person is a member")]
    AlreadyMember,
    /// The leader removed this person before.
    #[error("the person was removed from the party")]
    WasRemoved,
    /// Too many wait for an answer.
    #[error("too many applications wait for an answer")]
    TooManyApplications,
    /// The leader has as many open parties as one may have.
    #[error("the leader has too many open parties")]
    TooManyOpenParties,
    /// Who has so many penalties may not lead.
    #[error("whoever has too many penalties may not lead")]
    LeadingSuspended {
        /// When there are few enough, if there come no more.
        until: DateTime<Utc>,
    },
    /// The applicant has more penalties than the leader accepts.
    #[error("the applicant has more than {max} penalties")]
    TooManyPenalties {
        /// How many are accepted.
        max: u8,
    },
    /// Members have taken more shares than there would be.
    #[error("{taken} share(s) are taken")]
    BelowTaken {
        /// How many are taken.
        taken: u32,
    },
    /// The values themselves cannot be accepted.
    #[error("some values cannot be accepted")]
    Refused(Refusals),
}

/// One value that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub field: &'static str,
    /// Why.
    pub reason: Invalid,
}

/// All values that cannot be accepted.
pub type Refusals = Vec<Refusal>;

impl From<Refusals> for PartyError {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals)
    }
}

/// Both, or the refusals of both.
pub fn both<A, B>(a: Result<A, Refusals>, b: Result<B, Refusals>) -> Result<(A, B), Refusals> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}
