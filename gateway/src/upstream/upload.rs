//! The body of a request on its way from the client to the service, chunk by chunk.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::{Payload, RequestHead, Version};
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use bytes::Bytes;
use futures_util::Stream as _;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use super::ForwardError;
use super::idle::Idle;
use super::progress::Progress;
use crate::table::Limits;

/// How the body of a request is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// So many bytes, none perhaps.
    Length(u64),
    /// In chunks, for as long as it likes.
    Chunked,
    /// There is none, and after the answer another protocol begins.
    Upgrade,
}

impl Framing {
    /// The framing of a request. The listener has refused what is ambiguous.
    #[must_use]
    pub fn of(head: &RequestHead, payload: &Payload) -> Self {
        let headers = &head.headers;
        if headers.contains_key(TRANSFER_ENCODING) {
            return Self::Chunked;
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        match length.and_then(|text| text.trim().parse().ok()) {
            Some(length) => Self::Length(length),
            // HTTP/2 has frames of its own, and a body need not tell its length.
            None if head.version == Version::HTTP_2 && !matches!(payload, Payload::None) => {
                Self::Chunked
            }
            None => Self::None,
        }
    }

    /// Says it in the head of a request.
    pub fn tell(self, to: &mut http::HeaderMap) {
        use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING, UPGRADE};

        match self {
            Self::None => {}
            Self::Length(bytes) => {
                to.insert(CONTENT_LENGTH, bytes.into());
            }
            Self::Chunked => {
                to.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            }
            Self::Upgrade => {
                to.insert(CONNECTION, HeaderValue::from_static("upgrade"));
                to.insert(UPGRADE, HeaderValue::from_static("websocket"));
            }
        }
    }

    /// Whether nothing will come.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        matches!(self, Self::None | Self::Length(0) | Self::Upgrade)
    }
}

/// A body that ends with an error if the client sends too much, too little or too slowly.
pub struct Upload(Option<Sending>);

struct Sending {
    payload: Payload,
    /// Bytes that may still come.
    left: u64,
    /// Whether exactly so many must come.
    is_exact: bool,
    idle: Idle,
    /// When it must be there as a whole: who sends a byte now and then is slow, too.
    deadline: Instant,
    progress: Rc<Progress>,
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

impl Upload {
    /// The body of a request that is framed so.
    pub fn new(framing: Framing, payload: Payload, limits: &Limits) -> Result<Self, ForwardError> {
        let (left, is_exact) = match framing {
            Framing::None | Framing::Length(0) | Framing::Upgrade => return Ok(Self(None)),
            Framing::Length(bytes) if bytes > limits.max_body_bytes => {
                return Err(ForwardError::BodyTooLarge);
            }
            Framing::Length(bytes) => (bytes, true),
            Framing::Chunked => (limits.max_body_bytes, false),
        };
        let idle = Idle::new(limits.between_chunks);
        let progress = Rc::new(Progress::default());
        let deadline = Instant::now() + limits.whole_body;
        Ok(Self(Some(Sending { payload, left, is_exact, idle, deadline, progress })))
    }

    /// No body.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// How far it has come; nothing if there is no body.
    #[must_use]
    pub fn progress(&self) -> Option<Rc<Progress>> {
        self.0.as_ref().map(|sending| sending.progress.clone())
    }
}

impl Sending {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, UploadError>>> {
        let chunk = match Pin::new(&mut self.payload).poll_next(cx) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => {
                self.progress.waits_for_client();
                ready!(self.idle.poll_over(cx));
                return Poll::Ready(Some(Err(UploadError::Stalled)));
            }
        };
        if Instant::now() > self.deadline {
            return Poll::Ready(Some(Err(UploadError::Stalled)));
        }
        self.idle.moved();
        self.progress.moved();
        Poll::Ready(match chunk {
            Some(Ok(bytes)) => Some(self.count(bytes)),
            None if self.is_exact && self.left > 0 => Some(Err(UploadError::Broken)),
            None => None,
            Some(Err(_)) => Some(Err(UploadError::Broken)),
        })
    }

    fn count(&mut self, bytes: Bytes) -> Result<Bytes, UploadError> {
        let arrived = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(arrived).ok_or(UploadError::TooLarge)?;
        Ok(bytes)
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let this = self.get_mut();
        let Some(sending) = &mut this.0 else { return Poll::Ready(None) };
        let chunk = ready!(sending.poll(cx));
        if let Some(Err(error)) = chunk {
            sending.progress.failed(error);
            this.0 = None;
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(|sending| sending.is_exact && sending.left == 0)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            None => SizeHint::with_exact(0),
            Some(sending) if sending.is_exact => SizeHint::with_exact(sending.left),
            Some(_) => SizeHint::default(),
        }
    }
}
