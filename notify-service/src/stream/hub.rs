//! All streams of this instance, spread over the threads that keep them.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use chassis::identity::{Identity, RevokedSessions};
use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};
use socket2::SockRef;
use tokio::sync::{Notify, oneshot};

use super::batch::Batch;
use super::frame;
use super::place::Since;
use super::reactor::{Command, Handle, Opening, Turn};
use super::seats::{Full, Seat, Seats};

/// What the system keeps of a stream that its client does not read: more is only a longer queue.
const SEND_BUFFER_BYTES: usize = 64 * 1024;
/// A client that does not even acknowledge for so long is gone.
const GONE_AFTER: Duration = Duration::from_secs(45);

/// All streams of this instance.
#[derive(Clone)]
pub struct Hub {
    threads: Arc<[Handle]>,
    seats: Seats,
    /// Rung when an announcement found no room: the sweep is to look at once.
    missed: Arc<Notify>,
}

/// The right to a stream that is to be opened.
pub struct Reserved {
    turn: Turn,
    seat: Seat,
}

/// There can be no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There are as many as there may be.
    #[error(transparent)]
    Full(#[from] Full),
    /// The instance stops.
    #[error("the instance stops")]
    Stopping,
}

impl Hub {
    pub(super) fn new(threads: Arc<[Handle]>, seats: Seats, missed: Arc<Notify>) -> Self {
        Self { threads, seats, missed }
    }

    /// Makes room for a stream of this person.
    pub async fn reserve(&self, user_id: UserId) -> Result<Reserved, Refused> {
        let seat = self.seats.take(user_id)?;
        let thread = self.threads.get(self.thread_of(user_id)).ok_or(Refused::Stopping)?;
        let turn = thread.turn().await.map_err(|_| Refused::Stopping)?;
        Ok(Reserved { turn, seat })
    }

    /// Hands what is new to the streams that are here.
    pub(super) fn deliver(&self, batch: Batch) {
        if let [thread] = &*self.threads {
            return self.deliver_to(thread, batch);
        }
        for (number, thread) in self.threads.iter().enumerate() {
            let part = batch.only(|receiver| self.thread_of(receiver.user_id) == number);
            if !part.receivers().is_empty() {
                self.deliver_to(thread, part);
            }
        }
    }

    fn deliver_to(&self, thread: &Handle, batch: Batch) {
        if !thread.try_tell(Command::Deliver(batch)) {
            metrics::counter!("stream_announcements_dropped_total").increment(1);
            self.missed.notify_one();
        }
    }

    /// Everyone who is listening here.
    pub(super) async fn people(&self) -> Vec<UserId> {
        let mut people = Vec::new();
        for thread in self.threads.iter() {
            let (answer, answered) = oneshot::channel();
            thread.tell(Command::People(answer)).await;
            people.append(&mut answered.await.unwrap_or_default());
        }
        people
    }

    /// Tells how far inboxes have come.
    pub(super) async fn reached(&self, inboxes: Vec<(UserId, u64)>) {
        for (number, thread) in self.threads.iter().enumerate() {
            let is_here = |(user_id, _): &&(UserId, u64)| self.thread_of(*user_id) == number;
            let part: Vec<_> = inboxes.iter().filter(is_here).copied().collect();
            if !part.is_empty() {
                thread.tell(Command::Reached(part)).await;
            }
        }
    }

    /// Ends the streams of a session.
    pub(super) async fn end(&self, session: SessionId) {
        for thread in self.threads.iter() {
            thread.tell(Command::End(session)).await;
        }
    }

    /// Ends the streams of all sessions that are over.
    pub(super) async fn end_all(&self, over: &RevokedSessions) {
        for thread in self.threads.iter() {
            thread.tell(Command::EndAll(over.clone())).await;
        }
    }

    /// All streams of a person are kept by the same thread.
    fn thread_of(&self, user_id: UserId) -> usize {
        // The last bytes of an id are random.
        let [.., high, low] = *user_id.as_uuid().as_bytes();
        usize::from(u16::from_be_bytes([high, low])) % self.threads.len().max(1)
    }
}

impl Reserved {
    /// Begins the stream on a connection nobody else uses.
    pub fn open(
        self,
        socket: TcpStream,
        identity: Identity,
        since: Since,
        now: DateTime<Utc>,
        trace_id: &str,
    ) {
        let settings = SockRef::from(&socket);
        let tuned = settings
            .set_tcp_nodelay(true)
            .and_then(|()| settings.set_send_buffer_size(SEND_BUFFER_BYTES))
            .and_then(|()| settings.set_tcp_user_timeout(Some(GONE_AFTER)));
        if let Err(error) = tuned {
            tracing::debug!(%error, "a connection cannot be tuned: {error}");
        }
        let mut head = Vec::with_capacity(512);
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        frame::opening(&mut head, &date, trace_id, since);
        let opening = Opening { socket, identity, since, head, seat: self.seat };
        self.turn.tell(Command::Open(Box::new(opening)));
    }
}
