//! One direction of a tunnel.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::Frames;
use crate::wire::scratch::{self, READ_BYTES};

/// Reads on only when all that was read is written, so a slow reader slows the writer.
#[derive(Debug)]
pub(super) struct Pipe {
    /// Read, but not yet written.
    left: BytesMut,
    /// Where the frames end among all that was read.
    frames: Frames,
    bytes: u64,
}

impl Pipe {
    /// A direction in which this was read already.
    pub(super) fn new(left: BytesMut) -> Self {
        let mut frames = Frames::default();
        frames.pass(&left);
        Self { left, frames, bytes: 0 }
    }

    /// How many bytes have been read through it.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether all that was written ends with the end of a frame.
    pub(super) fn is_between_frames(&self) -> bool {
        self.left.is_empty() && self.frames.is_between()
    }

    /// Moves what there is. Ready at the end of the source, or when something fails.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut from: Pin<&mut impl AsyncRead>,
        mut to: Pin<&mut impl AsyncWrite>,
    ) -> Poll<io::Result<()>> {
        loop {
            let read = ready!(self.poll_step(cx, from.as_mut(), to.as_mut(), READ_BYTES))?;
            if read == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Moves what belongs to the frame that has begun, and nothing after it.
    pub(super) fn poll_end_of_frame(
        &mut self,
        cx: &mut Context<'_>,
        mut from: Pin<&mut impl AsyncRead>,
        mut to: Pin<&mut impl AsyncWrite>,
    ) -> Poll<io::Result<()>> {
        while !self.is_between_frames() {
            let limit = if self.frames.is_between() { 0 } else { self.frames.to_end() };
            let limit = usize::try_from(limit).unwrap_or(READ_BYTES).min(READ_BYTES);
            ready!(self.poll_drain(cx, to.as_mut()))?;
            if limit > 0 && ready!(self.poll_step(cx, from.as_mut(), to.as_mut(), limit))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what is left, or else reads once and writes that. Gives how much was read.
    fn poll_step(
        &mut self,
        cx: &mut Context<'_>,
        from: Pin<&mut impl AsyncRead>,
        mut to: Pin<&mut impl AsyncWrite>,
        limit: usize,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx, to.as_mut()))?;
        scratch::read(limit, |memory| {
            let mut buffer = ReadBuf::new(memory);
            ready!(from.poll_read(cx, &mut buffer))?;
            let read = buffer.filled();
            self.frames.pass(read);
            self.bytes += u64::try_from(read.len()).unwrap_or(u64::MAX);
            let written = match to.poll_write(cx, read) {
                Poll::Ready(written) => written?,
                Poll::Pending => 0,
            };
            self.left.extend_from_slice(read.get(written..).unwrap_or_default());
            Poll::Ready(Ok(read.len()))
        })
    }

    fn poll_drain(
        &mut self,
        cx: &mut Context<'_>,
        mut to: Pin<&mut impl AsyncWrite>,
    ) -> Poll<io::Result<()>> {
        while !self.left.is_empty() {
            let written = ready!(to.as_mut().poll_write(cx, &self.left))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left.advance(written);
            if self.left.is_empty() {
                // Most tunnels are idle most of the time, and there may be many.
                self.left = BytesMut::new();
            }
        }
        to.poll_flush(cx)
    }
}
