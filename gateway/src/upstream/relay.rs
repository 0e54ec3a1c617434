//! The body of an answer on its way from the service to the client, piece by piece.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::idle::Idle;
use super::link::SendError;
use super::reply::Coming;
use super::{Lease, Reply, Upload};
use crate::headers::is_harmless_trailer;
use crate::wire::{Chunks, Malformed, Part, header};

/// Reads on only when the client has taken what was read, so a slow client slows the service.
pub struct Relay {
    coming: State,
    /// Nothing, when all has come.
    lease: Option<Lease>,
    keeps: bool,
    /// What of the request is still to be sent.
    upload: Upload,
    idle: Idle,
    /// Ends an answer without an end of its own when the gateway stops.
    stopping: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// What stood behind the body, and means something to the client.
    trailers: Vec<u8>,
}

#[derive(Clone, Copy)]
enum State {
    Length(u64),
    Chunks(Chunks),
    UntilTheEnd,
    Over,
}

/// Whether more is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// More may come.
    More,
    /// That was all.
    Last,
}

/// The answer broke off. The client notices, because its connection is closed in the middle.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The service closed the connection.
    #[error("the answer broke off: {0}")]
    BrokeOff(#[from] io::Error),
    /// What the service said is not HTTP.
    #[error("the answer is broken: {0}")]
    Broken(#[from] Malformed),
    /// Nothing more came.
    #[error("the answer stopped in the middle")]
    Stalled,
}

impl Relay {
    /// The body of an answer that may pause for `between_chunks`. With `stopping`, a body of no known
    /// length ends then, as if the service had ended it.
    #[must_use]
    pub fn new(
        reply: &Reply,
        lease: Lease,
        upload: Upload,
        between_chunks: Duration,
        stopping: Option<CancellationToken>,
    ) -> Self {
        let coming = match reply.coming {
            Coming::Nothing => State::Over,
            Coming::Length(bytes) => State::Length(bytes),
            Coming::Chunks => State::Chunks(Chunks::default()),
            Coming::UntilTheEnd => State::UntilTheEnd,
        };
        let is_endless = matches!(coming, State::Chunks(_) | State::UntilTheEnd);
        let stopping = stopping.filter(|_| is_endless);
        let stopping = stopping.map(|stopping| Box::pin(stopping.cancelled_owned()));
        let (idle, trailers) = (Idle::new(between_chunks), Vec::new());
        let lease = Some(lease);
        let keeps = reply.keeps;
        let mut relay = Self { coming, lease, keeps, upload, idle, stopping, trailers };
        if matches!(coming, State::Over) {
            relay.complete();
        }
        relay
    }

    /// Whether the request is still being sent.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        self.lease.is_some() && !self.upload.is_whole()
    }

    /// What stood behind the body, as lines.
    #[must_use]
    pub fn trailers(&self) -> &[u8] {
        &self.trailers
    }

    /// Hands over what has come.
    pub fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]),
    ) -> Poll<Result<Step, RelayError>> {
        let Some(lease) = &mut self.lease else { return Poll::Ready(Ok(Step::Last)) };
        if !self.upload.is_whole()
            && let Poll::Ready(Err(SendError::Upload(_))) =
                lease.link.poll_send(cx, &mut self.upload)
        {
            // The client is in the middle of something that nobody wants any more.
            self.keeps = false;
            self.upload = Upload::none();
        }
        let body = &mut Body { coming: &mut self.coming, trailers: &mut self.trailers, take };
        let read = std::mem::take(&mut lease.link.read);
        let consumed = body.pass(&read)?;
        let is_new = consumed > 0;
        lease.link.read = read;
        bytes::Buf::advance(&mut lease.link.read, consumed);
        if !is_new && !body.is_over() {
            let polled = lease.link.poll_read(cx, |left, read| {
                if read.is_empty() {
                    return body.end();
                }
                if left.is_empty() {
                    let consumed = body.pass(read)?;
                    left.extend_from_slice(read.get(consumed..).unwrap_or_default());
                } else {
                    left.extend_from_slice(read);
                    let consumed = body.pass(left)?;
                    bytes::Buf::advance(left, consumed);
                }
                Ok(())
            });
            let Poll::Ready(polled) = polled else {
                if self.poll_stopping(cx).is_ready() {
                    // The connection goes with the lease, and the service sees it.
                    self.lease = None;
                    return Poll::Ready(Ok(Step::Last));
                }
                ready!(self.idle.poll_over(cx));
                return Poll::Ready(Err(RelayError::Stalled));
            };
            polled??;
        }
        self.idle.moved();
        if !matches!(self.coming, State::Over) {
            return Poll::Ready(Ok(Step::More));
        }
        self.complete();
        Poll::Ready(Ok(Step::Last))
    }

    fn poll_stopping(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.stopping.as_mut().map_or(Poll::Pending, |stopping| stopping.as_mut().poll(cx))
    }

    /// All has come. A connection on which more has come than that is not used again.
    fn complete(&mut self) {
        if let Some(lease) = self.lease.take()
            && self.keeps
            && self.upload.is_whole()
            && lease.link.read.is_empty()
        {
            lease.give_back();
        }
    }
}

/// A body, as far as it has come.
struct Body<'a> {
    coming: &'a mut State,
    trailers: &'a mut Vec<u8>,
    take: &'a mut dyn FnMut(&[u8]),
}

impl Body<'_> {
    const fn is_over(&self) -> bool {
        matches!(self.coming, State::Over)
    }

    /// Hands over what belongs to it, and gives how much that was.
    fn pass(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match self.coming {
            State::Over => Ok(0),
            State::UntilTheEnd => {
                (self.take)(bytes);
                Ok(bytes.len())
            }
            State::Length(left) => {
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(*left);
                let count = usize::try_from(here).unwrap_or(usize::MAX);
                (self.take)(bytes.get(..count).unwrap_or_default());
                *self.coming =
                    if here == *left { State::Over } else { State::Length(*left - here) };
                Ok(count)
            }
            State::Chunks(chunks) => {
                let (take, trailers) = (&mut *self.take, &mut *self.trailers);
                let passed = chunks.pass(bytes, |part| match part {
                    Part::Data(data) => take(data),
                    Part::Trailer(line) => {
                        if header(line).is_ok_and(|(name, _)| is_harmless_trailer(name)) {
                            trailers.extend_from_slice(line);
                            trailers.extend_from_slice(b"\r\n");
                        }
                    }
                })?;
                if *chunks == Chunks::End {
                    *self.coming = State::Over;
                }
                Ok(passed)
            }
        }
    }

    /// The connection has ended.
    fn end(&mut self) -> Result<(), RelayError> {
        if !matches!(self.coming, State::UntilTheEnd) {
            return Err(RelayError::BrokeOff(io::ErrorKind::UnexpectedEof.into()));
        }
        *self.coming = State::Over;
        Ok(())
    }
}
