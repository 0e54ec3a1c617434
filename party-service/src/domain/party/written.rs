//! What an applicant writes.

use chassis::text::Invalid;

use crate::domain::written::read;

/// What an applicant says to the leader, at most 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// Reads a message; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 200)?.map(Self))
    }

    /// The message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
