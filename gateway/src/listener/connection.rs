//! A client's connection: what comes in is looked at, and nobody may keep us waiting.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep_until};

use super::guard::{Guard, Refused};
use super::places::Place;
use super::stream::Stream;
use crate::upstream::Idle;

/// What is read at once while a head is not yet whole.
const PIECE_BYTES: usize = 4096;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a head, once it has begun.
    pub head: Duration,
    /// To read on, when it was sent more than fits in between.
    pub write: Duration,
}

/// What is read from a client and written to it.
pub struct Connection {
    stream: Stream,
    /// None where a protocol comes in that has frames of its own.
    guard: Option<Guard>,
    patience: Patience,
    head_timer: Option<Pin<Box<Sleep>>>,
    stalled: Option<Idle>,
    _place: Place,
}

impl Connection {
    /// The connection of a client that is to speak HTTP/1.1, or HTTP/2 if it is not guarded.
    pub(super) fn new(stream: Stream, is_guarded: bool, patience: Patience, place: Place) -> Self {
        let guard = is_guarded.then(Guard::default);
        Self { stream, guard, patience, head_timer: None, stalled: None, _place: place }
    }

    /// Where the reason is found why the client is not listened to any further.
    #[must_use]
    pub fn refused(&self) -> Refused {
        self.guard.as_ref().map(Guard::refused).unwrap_or_default()
    }

    /// Ready when the head that is coming has taken too long.
    fn poll_head_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.guard.as_ref().and_then(|guard| guard.deadline(self.patience.head));
        let Some(deadline) = deadline else { return Poll::Pending };
        let timer = self.head_timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let Some(guard) = &mut this.guard else {
                return Pin::new(&mut this.stream).poll_read(cx, buffer);
            };
            if guard.release(buffer.remaining(), |bytes| buffer.put_slice(bytes)) > 0 {
                return Poll::Ready(Ok(()));
            }
            if guard.is_over() {
                // What stands for the refused request closes the connection when it is answered.
                return Poll::Pending;
            }
            let read = if guard.holds_nothing() {
                // Most heads come whole, and are looked at where they are to be.
                let before = buffer.filled().len();
                let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
                if matches!(read, Poll::Ready(Ok(()))) {
                    let new = buffer.filled().get(before..).unwrap_or_default();
                    let passed = guard.pass(new);
                    let is_end = new.is_empty();
                    buffer.set_filled(before + passed);
                    if passed > 0 || is_end {
                        return Poll::Ready(Ok(()));
                    }
                }
                read
            } else {
                let mut piece = [0; PIECE_BYTES];
                let mut piece = ReadBuf::new(&mut piece);
                let read = Pin::new(&mut this.stream).poll_read(cx, &mut piece);
                if matches!(read, Poll::Ready(Ok(()))) {
                    if piece.filled().is_empty() {
                        return Poll::Ready(Ok(()));
                    }
                    guard.hold(piece.filled());
                }
                read
            };
            match read {
                Poll::Ready(outcome) => outcome?,
                Poll::Pending => {
                    ready!(this.poll_head_deadline(cx));
                    if let Some(guard) = &mut this.guard {
                        guard.give_up();
                    }
                }
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(cx, bytes) {
            Poll::Ready(written) => {
                this.stalled = None;
                Poll::Ready(written)
            }
            Poll::Pending => {
                let limit = this.patience.write;
                ready!(this.stalled.get_or_insert_with(|| Idle::new(limit)).poll_over(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
