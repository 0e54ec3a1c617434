//! What people write about a penalty.

use chassis::text::Invalid;
use contracts::penalty::PenaltyReason;

use crate::domain::written::read;

/// What the leader says about it, at most 300 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    /// Reads a comment; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 300)?.map(Self))
    }

    /// The comment.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why somebody gets a penalty. What no word of ours names has to be put into theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproach {
    reason: PenaltyReason,
    comment: Option<Comment>,
}

impl Reproach {
    /// Accepts any reason, and `other` only with a comment.
    pub fn new(reason: PenaltyReason, comment: Option<Comment>) -> Result<Self, Invalid> {
        if reason == PenaltyReason::Other && comment.is_none() {
            return Err(REQUIRED);
        }
        Ok(Self { reason, comment })
    }

    /// Which reason.
    #[must_use]
    pub const fn reason(&self) -> PenaltyReason {
        self.reason
    }

    /// What the leader says about it.
    #[must_use]
    pub const fn comment(&self) -> Option<&Comment> {
        self.comment.as_ref()
    }
}

/// Why the member thinks that it is not right: 1 to 1,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppealText(String);

impl AppealText {
    /// Reads the text of an appeal.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        read(text, 1_000)?.map(Self).ok_or(REQUIRED)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an administrator says about a decision to whoever got the penalty, at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionNote(String);

impl DecisionNote {
    /// Reads a note; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 500)?.map(Self))
    }

    /// The note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const REQUIRED: Invalid =
    Invalid::new("required", "이유를 적어 주세요", "must say what the reason is");
