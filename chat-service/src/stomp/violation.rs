//! What breaks the rules of the protocol.

use std::borrow::Cow;

/// A breach of the protocol: the client is told in an `ERROR` frame, and the connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong, for whoever writes the client: the header `message`.
    pub message: Cow<'static, str>,
    /// The `receipt` of the frame at fault, if it could still be read.
    pub receipt: Option<String>,
}

impl Violation {
    /// A breach that says what is wrong.
    #[must_use]
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), receipt: None }
    }

    /// Names the receipt that the client will not get.
    #[must_use]
    pub fn of(mut self, receipt: Option<&str>) -> Self {
        self.receipt = receipt.map(str::to_owned);
        self
    }
}
