//! One stream: whose it is, how far it has come, and what its client has not taken yet.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::mem;

use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};
use mio::event::Source as _;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::super::cursor::Cursor;
use super::super::place::Since;
use super::super::seats::Seat;
use super::Opening;

/// What a client may leave untaken, beside what the system keeps for it. Whoever is further behind
/// is cut off; the database remembers what they missed.
const MAX_PENDING_BYTES: usize = 64 * 1024;

/// One stream.
pub(super) struct Stream {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
    pub(super) expires_at: DateTime<Utc>,
    /// Tells it from others that had its slot before.
    pub(super) serial: u64,
    pub(super) cursor: Cursor,
    /// From where to read on when the client has taken all that was read before.
    pub(super) read_next: Option<Since>,
    /// Whether it is among those that something is to be sent to.
    pub(super) is_due: bool,
    /// Whether something waited for the client at the last heartbeat.
    pub(super) was_waiting: bool,
    socket: TcpStream,
    /// What the client has not taken. It has no memory while there is nothing.
    pending: Vec<u8>,
    _seat: Seat,
}

/// What became of an attempt to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The client's side has all of it.
    All,
    /// The client does not keep up; the socket says when to go on.
    Waiting,
    /// There is no client any more.
    Gone,
}

impl Stream {
    pub(super) fn new(opening: Opening, serial: u64) -> Self {
        let Opening { socket, identity, since, head, seat } = opening;
        Self {
            user_id: identity.user_id,
            session_id: identity.session_id,
            expires_at: identity.expires_at,
            serial,
            cursor: Cursor::new(since),
            read_next: Some(since),
            is_due: false,
            was_waiting: false,
            socket: TcpStream::from_std(socket),
            pending: head,
            _seat: seat,
        }
    }

    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        self.socket.register(registry, token, Interest::READABLE | Interest::WRITABLE)
    }

    pub(super) fn deregister(&mut self, registry: &Registry) {
        // Closing the socket does it too.
        let _ = self.socket.deregister(registry);
    }

    /// Where to write what is to be sent. `spare` is memory for it that was used before.
    pub(super) fn pending(&mut self, spare: &mut Vec<Vec<u8>>) -> &mut Vec<u8> {
        if self.pending.capacity() == 0
            && let Some(buffer) = spare.pop()
        {
            self.pending = buffer;
        }
        &mut self.pending
    }

    pub(super) const fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether more waits for the client than may.
    pub(super) const fn is_too_slow(&self) -> bool {
        self.pending.len() > MAX_PENDING_BYTES
    }

    /// Sends what is pending. The memory goes to `spare` when it is no longer needed.
    pub(super) fn send(&mut self, spare: &mut Vec<Vec<u8>>) -> Sent {
        let mut sent = 0;
        while let Some(rest @ [_, ..]) = self.pending.get(sent..) {
            match self.socket.write(rest) {
                Ok(0) => return Sent::Gone,
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.pending.drain(..sent);
                    return Sent::Waiting;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Sent::Gone,
            }
        }
        let mut buffer = mem::take(&mut self.pending);
        buffer.clear();
        if buffer.capacity() > 0 {
            spare.push(buffer);
        }
        Sent::All
    }

    /// Whether the client is still there and keeps quiet: it has nothing to say any more.
    pub(super) fn is_quiet(&mut self) -> bool {
        loop {
            match self.socket.read(&mut [0; 64]) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return false,
            }
        }
    }
}
