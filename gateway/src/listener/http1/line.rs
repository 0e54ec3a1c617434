//! A client's connection as it is spoken to in HTTP/1.1: what has come and is not yet used, and what
//! is to be written and is not yet taken.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::time::Instant;

use crate::head::{Framing, Head, Peer, Refusal, read};
use crate::listener::Connection;
use crate::phases::Client;
use crate::upstream::{Reply, Source};
use crate::wire::{Alarm, Chunks, Part, print_status, scratch};

/// What a client may send before it is its turn.
const AHEAD_BYTES: usize = 16 * 1024;

/// The connection. Who reads the body of a request and who writes the answer share it.
pub(crate) struct Line(RefCell<Inner>);

struct Inner {
    io: Connection,
    peer: Peer,
    /// Read and not yet used.
    read: BytesMut,
    /// Put together and not yet written.
    unsent: BytesMut,
    body: Body,
    /// Whether HTTP/1.1 is spoken, which knows interim answers.
    hears_early: bool,
    alarm: Alarm,
}

/// Where in the body of a request we are.
enum Body {
    Length(u64),
    Chunks(Chunks),
    Over,
}

/// What comes next from a client.
pub(super) enum Next {
    /// A request.
    Request(Head),
    /// Something that is not listened to.
    Refused(Refusal),
    /// Nothing.
    End,
}

/// How long a client may take.
#[derive(Clone, Copy)]
pub(super) struct Waits {
    /// To begin a request.
    pub(super) idle: Duration,
    /// For its head, once it has begun.
    pub(super) head: Duration,
}

impl Line {
    pub(super) fn new(io: Connection, peer: Peer) -> Self {
        let (read, unsent) = (BytesMut::new(), BytesMut::new());
        let (body, alarm) = (Body::Over, Alarm::default());
        Self(RefCell::new(Inner { io, peer, read, unsent, body, hears_early: false, alarm }))
    }

    /// Whose it is.
    pub(super) fn peer(&self) -> Peer {
        self.0.borrow().peer.clone()
    }

    /// The connection itself, and what has come on it.
    pub(crate) fn into_parts(self) -> (Connection, BytesMut) {
        let inner = self.0.into_inner();
        (inner.io, inner.read)
    }

    /// Waits for the next request. `closing` ends the waiting where nothing has come.
    pub(super) async fn next(&self, waits: Waits, mut closing: Pin<&mut impl Future>) -> Next {
        let since = Instant::now();
        let mut begun = None;
        poll_fn(|cx| {
            let inner = &mut *self.0.borrow_mut();
            loop {
                if !inner.read.is_empty() {
                    match inner.take_head() {
                        Ok(Some(head)) => return Poll::Ready(Next::Request(head)),
                        Ok(None) => {}
                        Err(refusal) => return Poll::Ready(Next::Refused(refusal)),
                    }
                    begun.get_or_insert_with(Instant::now);
                }
                match inner.poll_fill(cx, scratch::READ_BYTES) {
                    Poll::Ready(Ok(1..)) => {}
                    Poll::Ready(_) => return Poll::Ready(Next::End),
                    Poll::Pending => break,
                }
            }
            if let Some(begun) = begun {
                ready!(inner.alarm.poll(cx, begun + waits.head));
                return Poll::Ready(Next::Refused(Refusal::TooSlow));
            }
            if closing.as_mut().poll(cx).is_pending() {
                ready!(inner.alarm.poll(cx, since + waits.idle));
            }
            Poll::Ready(Next::End)
        })
        .await
    }

    /// Whether all that belongs to the request has come. What has come of it already is passed over.
    pub(super) async fn is_at_end_of_request(&self) -> bool {
        poll_fn(|cx| {
            while matches!(self.poll_body(cx, &mut |_| {}), Poll::Ready(Ok(true))) {}
            Poll::Ready(matches!(self.0.borrow().body, Body::Over))
        })
        .await
    }

    /// Hands over what has come of the body of a request. Ready with false at its end.
    fn poll_body(
        &self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]),
    ) -> Poll<io::Result<bool>> {
        let inner = &mut *self.0.borrow_mut();
        loop {
            let read = std::mem::take(&mut inner.read);
            let passed = inner.body.pass(&read, take);
            inner.read = read;
            let passed = passed?;
            inner.read.advance(passed);
            if inner.read.is_empty() {
                inner.read = BytesMut::new();
            }
            if matches!(inner.body, Body::Over) {
                return Poll::Ready(Ok(false));
            }
            if passed > 0 {
                return Poll::Ready(Ok(true));
            }
            if ready!(inner.poll_fill(cx, scratch::READ_BYTES))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    /// Ready when the client is gone, as far as can be seen without taking in too much of what it
    /// sends before its turn.
    pub(super) fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        let inner = &mut *self.0.borrow_mut();
        if !matches!(inner.body, Body::Over) {
            // Whoever takes the body sees it.
            return Poll::Pending;
        }
        while inner.read.len() < AHEAD_BYTES {
            match ready!(inner.poll_fill(cx, AHEAD_BYTES)) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// Writes, at once if nothing waits before it. What the client does not take now waits for
    /// [`poll_flush`](Self::poll_flush).
    pub(super) fn write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<()> {
        let inner = &mut *self.0.borrow_mut();
        let mut rest = bytes;
        if inner.unsent.is_empty() {
            while !rest.is_empty()
                && let Poll::Ready(written) = Pin::new(&mut inner.io).poll_write(cx, rest)
            {
                rest = rest.get(written?..).unwrap_or_default();
            }
        }
        inner.unsent.extend_from_slice(rest);
        Ok(())
    }

    /// Ready when all is written.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let inner = &mut *self.0.borrow_mut();
        while !inner.unsent.is_empty() {
            let written = ready!(Pin::new(&mut inner.io).poll_write(cx, &inner.unsent))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            inner.unsent.advance(written);
            if inner.unsent.is_empty() {
                // Most connections are idle most of the time, and there may be many.
                inner.unsent = BytesMut::new();
            }
        }
        Pin::new(&mut inner.io).poll_flush(cx)
    }

    /// Says that nothing more comes, and reads what the client still sends for as long as `patience`:
    /// a connection closed before that is reset, and the client might not see its answer.
    pub(super) async fn close(&self, patience: Duration) {
        let closing = async {
            poll_fn(|cx| Pin::new(&mut self.0.borrow_mut().io).poll_shutdown(cx)).await?;
            poll_fn(|cx| {
                let inner = &mut *self.0.borrow_mut();
                loop {
                    inner.read.clear();
                    if ready!(inner.poll_fill(cx, scratch::READ_BYTES))? == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
            })
            .await
        };
        // Who does not go is left.
        let _: Result<io::Result<()>, _> = tokio::time::timeout(patience, closing).await;
    }
}

impl Inner {
    /// The head that has come, if it is whole.
    fn take_head(&mut self) -> Result<Option<Head>, Refusal> {
        let Some(parsed) = read(&self.read)? else { return Ok(None) };
        self.body = match parsed.framing {
            Framing::Length(bytes @ 1..) => Body::Length(bytes),
            Framing::Chunked => Body::Chunks(Chunks::default()),
            Framing::None | Framing::Length(0) | Framing::Upgrade => Body::Over,
        };
        // Nearly always nothing comes behind it.
        let text = if parsed.length == self.read.len() {
            std::mem::take(&mut self.read)
        } else {
            self.read.split_to(parsed.length)
        };
        let head = Head::new(parsed, text, self.peer.clone())?;
        self.hears_early = head.version == actix_http::Version::HTTP_11;
        Ok(Some(head))
    }

    /// Reads at most so much more. Gives how much it was: nothing at the end.
    fn poll_fill(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<usize>> {
        scratch::read(most, |memory| {
            let mut buffer = ReadBuf::new(memory);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer))?;
            let new = buffer.filled();
            if self.read.is_empty() {
                self.read = BytesMut::from(new);
            } else {
                self.read.extend_from_slice(new);
            }
            Poll::Ready(Ok(new.len()))
        })
    }
}

impl Body {
    /// Hands over what belongs to it, and gives how much of the bytes is dealt with.
    fn pass(&mut self, bytes: &[u8], take: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match self {
            Self::Over => Ok(0),
            Self::Length(left) => {
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(*left);
                let count = usize::try_from(here).unwrap_or(usize::MAX);
                take(bytes.get(..count).unwrap_or_default());
                *self = if here == *left { Self::Over } else { Self::Length(*left - here) };
                Ok(count)
            }
            Self::Chunks(chunks) => {
                // What a client says behind a body is for nobody: the services do not look at it.
                let passed = chunks.pass(bytes, |part| {
                    if let Part::Data(data) = part {
                        take(data);
                    }
                });
                let passed = passed.map_err(io::Error::other)?;
                if *chunks == Chunks::End {
                    *self = Self::Over;
                }
                Ok(passed)
            }
        }
    }
}

/// The body of the request that is being answered.
pub(super) struct Incoming(pub(super) std::rc::Rc<Line>);

impl Source for Incoming {
    fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]),
    ) -> Poll<io::Result<bool>> {
        self.0.poll_body(cx, take)
    }
}

impl Client for Line {
    fn early(&self, reply: &Reply) {
        let inner = &mut *self.0.borrow_mut();
        if inner.hears_early {
            let mut bytes = Vec::new();
            print_status(&mut bytes, reply.status);
            bytes.extend_from_slice(reply.lines.as_bytes());
            bytes.extend_from_slice(b"\r\n");
            // Written by whoever waits for the answer.
            inner.unsent.extend_from_slice(&bytes);
        }
    }
}
