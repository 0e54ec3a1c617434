//! One connection to a service, which carries one exchange at a time.

use std::future::poll_fn;
use std::io::{self, ErrorKind::WriteZero};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::Method;
use bytes::BytesMut;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::upload::{Upload, UploadError};
use super::{ForwardError, Reply};
use crate::wire::{Alarm, Malformed, scratch};

/// What is read at once before an answer has begun.
const HEAD_BYTES: usize = 8 * 1024;
/// A service that announces more than so many answers before the real one does not mean it.
const MAX_INTERIM: usize = 16;

/// The connection.
pub(super) struct Link {
    stream: TcpStream,
    /// Put together and not yet written.
    pub(super) unsent: Unsent,
    /// Read and not yet used.
    pub(super) read: BytesMut,
    alarm: Alarm,
}

/// What is to be written, and how much of it is.
#[derive(Default)]
pub(super) struct Unsent {
    bytes: Vec<u8>,
    written: usize,
    /// Whether the beginning of the body was put behind the head.
    is_primed: bool,
    /// Whether any byte of the request has left.
    has_left: bool,
}

impl Unsent {
    /// A request that begins with these bytes.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, written: 0, is_primed: false, has_left: false }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }
}

/// Why there is no answer on a connection.
pub(super) enum Fault {
    /// It turned out closed before anything was written.
    Closed(io::Error),
    /// It was closed before an answer began.
    Unanswered(io::Error),
    /// What came is no answer.
    Broken(Malformed),
    /// It broke off in the middle of the answer's head.
    BrokeOff(io::Error),
    /// Nothing came in time.
    Silent,
    /// The client's body cannot be sent on.
    Upload(UploadError),
}

impl From<Fault> for ForwardError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Closed(error) | Fault::Unanswered(error) | Fault::BrokeOff(error) => {
                Self::BrokeOff(error)
            }
            Fault::Broken(malformed) => Self::Broken(malformed),
            Fault::Silent => Self::Silent,
            Fault::Upload(error) => error.into(),
        }
    }
}

impl Link {
    pub(super) fn new(stream: TcpStream) -> Self {
        let (unsent, read, alarm) = (Unsent::default(), BytesMut::new(), Alarm::default());
        Self { stream, unsent, read, alarm }
    }

    /// Whether the service has neither closed it nor said anything unasked, as far as is known.
    pub(super) fn is_fresh(&mut self, cx: &mut Context<'_>) -> bool {
        let mut byte = [0];
        self.read.is_empty() && poll_read(Pin::new(&mut self.stream), cx, &mut byte).is_pending()
    }

    /// The connection itself, and what was read from it beyond the answer.
    pub(super) fn into_parts(self) -> (TcpStream, BytesMut) {
        (self.stream, self.read)
    }

    /// Sends what is [unsent](Self::unsent) with the body behind it, and waits for the answer, which
    /// must begin within `patience` of `begun`, not counting the time in which the client still sends.
    /// What comes before it is told to `early`.
    pub(super) async fn ask(
        &mut self,
        upload: &mut Upload,
        method: &Method,
        mut begun: Instant,
        patience: Duration,
        early: impl Fn(&Reply),
    ) -> Result<Reply, Fault> {
        for _ in 0..MAX_INTERIM {
            let reply = poll_fn(|cx| self.poll_ask(cx, upload, method, begun + patience, patience));
            let reply = reply.await?;
            if !reply.is_interim() {
                return Ok(reply);
            }
            early(&reply);
            begun = Instant::now();
        }
        Err(Fault::Broken(Malformed("the answer does not come")))
    }

    fn poll_ask(
        &mut self,
        cx: &mut Context<'_>,
        upload: &mut Upload,
        method: &Method,
        deadline: Instant,
        patience: Duration,
    ) -> Poll<Result<Reply, Fault>> {
        let sent = match self.poll_send(cx, upload) {
            Poll::Ready(Err(SendError::Upload(error))) => {
                return Poll::Ready(Err(Fault::Upload(error)));
            }
            Poll::Ready(Err(SendError::Connection(error))) if !self.unsent.has_left => {
                return Poll::Ready(Err(Fault::Closed(error)));
            }
            // It may have been answered before it was closed.
            Poll::Ready(Err(SendError::Connection(error))) => Err(error),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(()),
        };
        if let Poll::Ready(reply) = self.poll_reply(cx, method) {
            return Poll::Ready(reply);
        }
        if let Err(error) = sent {
            return Poll::Ready(Err(Fault::Unanswered(error)));
        }
        let later = upload.waits_since().map(|since| since + patience);
        let deadline = later.map_or(deadline, |later| later.max(deadline));
        ready!(self.alarm.poll(cx, deadline));
        Poll::Ready(Err(Fault::Silent))
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>, method: &Method) -> Poll<Result<Reply, Fault>> {
        // What came behind an interim answer.
        if !self.read.is_empty() {
            let read = std::mem::take(&mut self.read);
            if let Some(reply) = self.begin(&read, method).map_err(Fault::Broken)? {
                return Poll::Ready(Ok(reply));
            }
        }
        loop {
            let reply = scratch::read(HEAD_BYTES, |memory| {
                let read = match ready!(poll_read(Pin::new(&mut self.stream), cx, memory)) {
                    Ok([]) => Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(read) => Ok(read),
                    Err(error) => Err(error),
                };
                let read = read.map_err(|error| {
                    let is_none = self.read.is_empty();
                    if is_none { Fault::Unanswered(error) } else { Fault::BrokeOff(error) }
                })?;
                let reply = if self.read.is_empty() {
                    self.begin(read, method)
                } else {
                    let mut all = std::mem::take(&mut self.read);
                    all.extend_from_slice(read);
                    self.begin(&all, method)
                };
                Poll::Ready(reply.map_err(Fault::Broken))
            });
            if let Some(reply) = ready!(reply)? {
                return Poll::Ready(Ok(reply));
            }
        }
    }

    /// The answer that begins in these bytes. What is not part of its head is kept.
    fn begin(&mut self, bytes: &[u8], method: &Method) -> Result<Option<Reply>, Malformed> {
        let (reply, length) = Reply::read(bytes, method)?.unzip();
        let rest = bytes.get(length.unwrap_or_default()..).unwrap_or_default();
        if !rest.is_empty() {
            self.read = BytesMut::from(rest);
        }
        Ok(reply)
    }

    /// Sends what is to be sent. Ready when the request is out as a whole.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        upload: &mut Upload,
    ) -> Poll<Result<(), SendError>> {
        loop {
            let mut is_pending = false;
            if !self.unsent.is_primed || self.unsent.rest().is_empty() {
                self.unsent.is_primed = true;
                match upload.poll_more(cx, &mut self.unsent.bytes) {
                    Poll::Ready(goes_on) => drop(goes_on.map_err(SendError::Upload)?),
                    Poll::Pending => is_pending = true,
                }
            }
            while !self.unsent.rest().is_empty() {
                let written = Pin::new(&mut self.stream).poll_write(cx, self.unsent.rest());
                match ready!(written).map_err(SendError::Connection)? {
                    0 => return Poll::Ready(Err(SendError::Connection(WriteZero.into()))),
                    written => self.unsent.written += written,
                }
                self.unsent.has_left = true;
            }
            // What has left is not sent again.
            self.unsent.written = 0;
            if upload.is_whole() {
                scratch::give_back(std::mem::take(&mut self.unsent.bytes));
                return Poll::Ready(Ok(()));
            }
            self.unsent.bytes.clear();
            if is_pending {
                return Poll::Pending;
            }
        }
    }

    /// Reads on, and hands over what was read, which is nothing at the end.
    pub(super) fn poll_read<T>(
        &mut self,
        cx: &mut Context<'_>,
        with: impl FnOnce(&mut BytesMut, &[u8]) -> T,
    ) -> Poll<io::Result<T>> {
        scratch::read(scratch::READ_BYTES, |memory| {
            let read = ready!(poll_read(Pin::new(&mut self.stream), cx, memory))?;
            Poll::Ready(Ok(with(&mut self.read, read)))
        })
    }

    /// The request of which nothing was sent, to be sent elsewhere.
    pub(super) fn take_back(&mut self) -> Unsent {
        std::mem::take(&mut self.unsent)
    }
}

/// Why a request does not get out.
pub(super) enum SendError {
    Connection(io::Error),
    Upload(UploadError),
}

fn poll_read<'a>(
    stream: Pin<&mut TcpStream>,
    cx: &mut Context<'_>,
    memory: &'a mut [u8],
) -> Poll<io::Result<&'a [u8]>> {
    let mut buffer = ReadBuf::new(memory);
    ready!(stream.poll_read(cx, &mut buffer))?;
    let length = buffer.filled().len();
    Poll::Ready(Ok(memory.get(..length).unwrap_or_default()))
}
