//! The body of an answer on its way from the service to the client, chunk by chunk.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::body::{BodySize, MessageBody};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::Lease;
use super::idle::Idle;

/// Reads on only when the client has taken what was read, so a slow client slows the service.
pub struct Relay {
    body: Incoming,
    size: BodySize,
    idle: Idle,
    lease: Option<Lease>,
    /// Ends an answer without an end of its own when the gateway stops.
    stopping: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// The answer broke off. The client notices, because its connection is closed in the middle.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The service closed the connection, or what it said is not HTTP.
    #[error("the answer broke off: {0}")]
    Broken(#[from] hyper::Error),
    /// Nothing more came.
    #[error("the answer stopped in the middle")]
    Stalled,
}

impl Relay {
    /// The body of an answer that is framed as `size` and may pause for `between_chunks`. With
    /// `stopping`, a body of no known length ends then, as if the service had ended it.
    #[must_use]
    pub fn new(
        body: Incoming,
        size: BodySize,
        between_chunks: Duration,
        lease: Lease,
        stopping: Option<CancellationToken>,
    ) -> Self {
        let stopping = stopping.filter(|_| size == BodySize::Stream);
        let stopping = stopping.map(|stopping| Box::pin(stopping.cancelled_owned()));
        let idle = Idle::new(between_chunks);
        let mut relay = Self { body, size, idle, lease: Some(lease), stopping };
        if relay.body.is_end_stream() {
            relay.complete();
        }
        relay
    }

    fn poll_stopping(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.stopping.as_mut().map_or(Poll::Pending, |stopping| stopping.as_mut().poll(cx))
    }

    fn complete(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

impl MessageBody for Relay {
    type Error = RelayError;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, RelayError>>> {
        let this = self.get_mut();
        loop {
            let frame = match Pin::new(&mut this.body).poll_frame(cx) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    if this.poll_stopping(cx).is_ready() {
                        // The connection goes with the lease, and the service sees it.
                        this.lease = None;
                        return Poll::Ready(None);
                    }
                    ready!(this.idle.poll_over(cx));
                    return Poll::Ready(Some(Err(RelayError::Stalled)));
                }
            };
            this.idle.moved();
            match frame {
                Some(Ok(frame)) => {
                    // The listener cannot send trailers.
                    if let Ok(chunk) = frame.into_data() {
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => {
                    this.complete();
                    return Poll::Ready(None);
                }
            }
        }
    }
}
