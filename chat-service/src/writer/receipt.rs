//! What becomes of a draft.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

/// A message is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the room.
    pub seq: u64,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
    /// Whether that was before: it was sent again.
    pub repeated: bool,
}

/// A message is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The room is not there for the sender.
    #[error("there is no such room for the sender")]
    NoSuchRoom,
    /// The sender is kept from writing.
    #[error("the sender is banned")]
    Banned,
    /// All has been said there.
    #[error("the room is read-only")]
    ReadOnly,
    /// Another message of the sender goes by the same name.
    #[error("another message has that name")]
    NameTaken,
    /// The sender is too fast.
    #[error("the sender has to wait for {0:?}")]
    TooFast(Duration),
    /// The database is away. Whether the message will be found in it is unknown; sent again under the
    /// same name it is stored once.
    #[error("the message could not be stored")]
    Unavailable,
}

/// A draft that was taken: resolves when its message is stored, or will not be.
#[derive(Debug)]
pub struct Pending(pub(super) oneshot::Receiver<Result<Receipt, SendError>>);

impl Future for Pending {
    type Output = Result<Receipt, SendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = Pin::new(&mut self.0).poll(context);
        outcome.map(|outcome| outcome.unwrap_or(Err(SendError::Unavailable)))
    }
}
