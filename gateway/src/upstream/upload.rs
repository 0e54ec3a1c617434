//! The body of a request on its way from the client to the service, piece by piece.

use std::io;
use std::task::{Context, Poll, ready};

use tokio::time::Instant;

use super::ForwardError;
use super::idle::Idle;
use crate::head::Framing;
use crate::table::Limits;
use crate::wire::print_chunk;

/// Where a client's body comes from.
pub trait Source {
    /// Hands over what has come. Ready with false at the end of the body; an error if it ends
    /// early or is not framed properly.
    fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]),
    ) -> Poll<io::Result<bool>>;
}

/// A body that ends with an error if the client sends too much, too little or too slowly.
pub struct Upload {
    /// Nothing, when nothing is left to be sent.
    sending: Option<Box<Sending>>,
    moved_at: Option<Instant>,
}

struct Sending {
    source: Box<dyn Source>,
    /// Bytes that may still come.
    left: u64,
    /// Whether exactly so many must come.
    is_exact: bool,
    idle: Idle,
    /// When it must be there as a whole: who sends a byte now and then is slow, too.
    deadline: Instant,
    waits_for_client: bool,
}

/// The body cannot be sent on.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum UploadError {
    /// It is larger than the route takes.
    #[error("the body is too large")]
    TooLarge,
    /// Nothing more came.
    #[error("the body did not arrive in time")]
    Stalled,
    /// It ended early or was not framed properly.
    #[error("the body is broken")]
    Broken,
}

impl From<UploadError> for ForwardError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::BodyTooLarge,
            UploadError::Stalled => Self::BodyStalled,
            UploadError::Broken => Self::BodyBroken,
        }
    }
}

impl Upload {
    /// The body of a request that is framed so.
    pub fn new(
        framing: Framing,
        source: Option<Box<dyn Source>>,
        limits: &Limits,
    ) -> Result<Self, ForwardError> {
        let (left, is_exact) = match framing {
            Framing::Length(bytes) if bytes > limits.max_body_bytes => {
                return Err(ForwardError::BodyTooLarge);
            }
            Framing::Length(bytes @ 1..) => (bytes, true),
            Framing::Chunked => (limits.max_body_bytes, false),
            Framing::None | Framing::Length(0) | Framing::Upgrade => return Ok(Self::none()),
        };
        let Some(source) = source else { return Ok(Self::none()) };
        let (idle, now) = (Idle::new(limits.between_chunks), Instant::now());
        let (deadline, waits_for_client) = (now + limits.whole_body, false);
        let sending = Sending { source, left, is_exact, idle, deadline, waits_for_client };
        Ok(Self { sending: Some(Box::new(sending)), moved_at: None })
    }

    /// No body.
    #[must_use]
    pub const fn none() -> Self {
        Self { sending: None, moved_at: None }
    }

    /// Whether nothing is left to be sent.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.sending.is_none()
    }

    /// Whether some of it was taken from the client.
    pub(super) const fn has_begun(&self) -> bool {
        self.moved_at.is_some()
    }

    /// Since when the service has had its turn, which it has not while the client has.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        // Waiting for the client is bounded by the body itself.
        let waits = self.sending.as_ref().is_some_and(|sending| sending.waits_for_client);
        if waits { Some(Instant::now()) } else { self.moved_at }
    }

    /// Appends what has come, framed for the service. Ready with false when the body is whole.
    pub(super) fn poll_more(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut Vec<u8>,
    ) -> Poll<Result<bool, UploadError>> {
        let Some(sending) = &mut self.sending else { return Poll::Ready(Ok(false)) };
        let goes_on = ready!(sending.poll(cx, to))?;
        self.moved_at = Some(Instant::now());
        if !goes_on {
            self.sending = None;
        }
        Poll::Ready(Ok(goes_on))
    }
}

impl Sending {
    fn poll(&mut self, cx: &mut Context<'_>, to: &mut Vec<u8>) -> Poll<Result<bool, UploadError>> {
        let (mut left, is_exact) = (Some(self.left), self.is_exact);
        let polled = self.source.poll_data(cx, &mut |data| {
            let arrived = u64::try_from(data.len()).unwrap_or(u64::MAX);
            left = left.and_then(|left| left.checked_sub(arrived));
            match left {
                None => {}
                Some(_) if is_exact => to.extend_from_slice(data),
                Some(_) if data.is_empty() => {}
                Some(_) => print_chunk(to, data),
            }
        });
        self.waits_for_client = polled.is_pending();
        let Poll::Ready(polled) = polled else {
            ready!(self.idle.poll_over(cx));
            return Poll::Ready(Err(UploadError::Stalled));
        };
        self.left = left.ok_or(UploadError::TooLarge)?;
        let goes_on = polled.map_err(|_| UploadError::Broken)?;
        if Instant::now() > self.deadline {
            return Poll::Ready(Err(UploadError::Stalled));
        }
        self.idle.moved();
        match (goes_on, self.is_exact) {
            (true, true) if self.left == 0 => Poll::Ready(Ok(false)),
            (true, _) => Poll::Ready(Ok(true)),
            (false, true) if self.left > 0 => Poll::Ready(Err(UploadError::Broken)),
            (false, true) => Poll::Ready(Ok(false)),
            (false, false) => {
                to.extend_from_slice(b"0\r\n\r\n");
                Poll::Ready(Ok(false))
            }
        }
    }
}
