//! The sending side of a connection.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice};

use actix_web::rt::net::TcpStream;
use bytes::{Buf as _, Bytes};
use tokio::sync::Notify;

use super::end::End;
use super::transport::Transport;

/// How many pieces go out by one call.
const MAX_PIECES: usize = 64;

/// Sends to one client. Whoever has something for it writes it to the socket at once; only what the
/// socket does not take is kept, and sent by the connection's own task when there is room again.
/// Nobody ever waits for a client: one that lets too much pile up is cut off.
pub(crate) struct Outlet {
    stream: TcpStream,
    transport: Transport,
    /// How many bytes may wait.
    limit: usize,
    waiting: RefCell<VecDeque<Bytes>>,
    waiting_bytes: Cell<usize>,
    /// Whether anything was sent since this was last asked.
    sent: Cell<bool>,
    /// Why the connection is to end, once it is.
    end: RefCell<Option<End>>,
    /// Wakes the connection's task: there is something to send, or the end.
    wake: Notify,
    /// Wakes those who wait until all was sent.
    drained: Notify,
}

impl Outlet {
    pub(super) fn new(stream: TcpStream, transport: Transport, limit: usize) -> Self {
        Self {
            stream,
            transport,
            limit,
            waiting: RefCell::default(),
            waiting_bytes: Cell::new(0),
            sent: Cell::new(false),
            end: RefCell::new(None),
            wake: Notify::new(),
            drained: Notify::new(),
        }
    }

    pub(super) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(super) const fn transport(&self) -> Transport {
        self.transport
    }

    /// Sends bytes that are wrapped already. After the end nothing is sent.
    pub(crate) fn send(&self, bytes: &Bytes) {
        if bytes.is_empty() || self.is_over() {
            return;
        }
        self.sent.set(true);
        if self.waiting_bytes.get() > 0 {
            self.keep(bytes.clone());
            return;
        }
        match self.stream.try_write(bytes) {
            Ok(written) if written == bytes.len() => {}
            Ok(written) => {
                self.keep(bytes.slice(written..));
                self.wake();
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.keep(bytes.clone());
                self.wake();
            }
            Err(_) => self.end(End::Gone),
        }
    }

    /// Wraps a frame and sends it.
    pub(super) fn send_frame(&self, frame: &[u8]) {
        let mut bytes = Vec::with_capacity(frame.len() + 16);
        self.transport.wrap(frame, &mut bytes);
        self.send(&bytes.into());
    }

    /// The connection is to end. The first reason counts.
    pub(crate) fn end(&self, end: End) {
        let mut known = self.end.borrow_mut();
        if known.is_none() {
            *known = Some(end);
            self.wake();
            self.drained.notify_waiters();
        }
    }

    /// Whether the connection is to end.
    pub(crate) fn is_over(&self) -> bool {
        self.end.borrow().is_some()
    }

    pub(super) fn why(&self) -> Option<End> {
        self.end.borrow().clone()
    }

    /// Wakes the connection's task.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Resolves when nothing waits to be sent, or nothing will be sent any more.
    pub(crate) async fn drained(&self) {
        while self.has_waiting() && !self.is_over() {
            self.drained.notified().await;
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.waiting_bytes.get() > 0
    }

    pub(super) fn has_sent(&self) -> bool {
        self.sent.replace(false)
    }

    /// Sends the last words, past the end.
    pub(super) fn last_words(&self, bytes: Bytes) {
        self.waiting_bytes.set(self.waiting_bytes.get() + bytes.len());
        self.waiting.borrow_mut().push_back(bytes);
    }

    /// Sends what waits, as far as the socket takes it; says whether that was all.
    pub(super) fn flush(&self) -> std::io::Result<bool> {
        let mut waiting = self.waiting.borrow_mut();
        while !waiting.is_empty() {
            let mut pieces = [IoSlice::new(&[]); MAX_PIECES];
            for (piece, bytes) in pieces.iter_mut().zip(waiting.iter()) {
                *piece = IoSlice::new(bytes);
            }
            let count = waiting.len().min(MAX_PIECES);
            match self.stream.try_write_vectored(pieces.get(..count).unwrap_or_default()) {
                Ok(written) => {
                    self.waiting_bytes.set(self.waiting_bytes.get().saturating_sub(written));
                    forget(&mut waiting, written);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        // Idle connections keep nothing.
        *waiting = VecDeque::new();
        drop(waiting);
        self.drained.notify_waiters();
        Ok(true)
    }

    fn keep(&self, bytes: Bytes) {
        let total = self.waiting_bytes.get() + bytes.len();
        if total > self.limit {
            self.waiting.borrow_mut().clear();
            self.waiting_bytes.set(0);
            self.end(End::TooSlow);
            return;
        }
        self.waiting_bytes.set(total);
        self.waiting.borrow_mut().push_back(bytes);
    }
}

/// Drops the first `written` bytes.
fn forget(waiting: &mut VecDeque<Bytes>, mut written: usize) {
    while let Some(first) = waiting.front_mut() {
        if written < first.len() {
            first.advance(written);
            return;
        }
        written -= first.len();
        waiting.pop_front();
    }
}
