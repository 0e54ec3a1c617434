//! A thread that keeps streams. Nobody else touches them: it is told what is new, and writes it to
//! the sockets itself.
//!
//! An idle stream is a socket and some two hundred bytes; it has no task, no timer and no buffer.
//! A stream belongs to the thread of its person, so all tabs of somebody are served in one place.

mod alarm;
mod crowd;
mod handle;
mod keeper;
mod stream;

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chassis::clock::Clock;
use chassis::identity::{Identity, RevokedSessions};
use contracts::{SessionId, UserId};
use mio::{Events, Poll, Token, Waker};
use tokio::sync::{mpsc, oneshot};

use self::alarm::Alarm;
use self::keeper::Keeper;
use super::batch::Batch;
use super::place::Since;
use super::reader::{Ask, Found};
use super::seats::Seat;

pub(super) use self::crowd::Key;
pub(super) use self::handle::{Handle, Turn};

/// How many commands wait for the thread. Announcements beyond it are left to the sweep.
const COMMANDS: usize = 4096;
/// How many sockets are looked at in one go.
const EVENTS: usize = 1024;
/// After so many commands, what they made due is sent.
const AT_ONCE: usize = 64;
/// How often the wheel of heartbeats moves in one round.
const TURNS: u32 = 60;
/// The token of the alarm; streams have those from 0.
const ALARM: Token = Token(usize::MAX);

/// A stream that begins.
pub(super) struct Opening {
    /// The connection.
    pub(super) socket: TcpStream,
    /// Whose it is.
    pub(super) identity: Identity,
    /// Where it goes on.
    pub(super) since: Since,
    /// The beginning of the answer.
    pub(super) head: Vec<u8>,
    /// The right to it.
    pub(super) seat: Seat,
}

/// What the thread is told.
pub(super) enum Command {
    /// Keep this stream.
    Open(Box<Opening>),
    /// This is new.
    Deliver(Batch),
    /// This far these inboxes have come.
    Reached(Vec<(UserId, u64)>),
    /// This is what the database has for a stream.
    Found(Key, Found),
    /// The database did not answer.
    NotRead(Key, Since),
    /// Say who is listening.
    People(oneshot::Sender<Vec<UserId>>),
    /// This session is over.
    End(SessionId),
    /// Some of these sessions are over.
    EndAll(RevokedSessions),
    /// Send everyone away, and end.
    Stop,
}

/// The thread, before it runs.
struct Reactor {
    poll: Poll,
    commands: mpsc::Receiver<Command>,
    alarm: Arc<Alarm>,
    keeper: Keeper,
    turn_every: Duration,
}

/// Starts thread number `number`. The receiver hears of its end; it is dropped if that comes
/// unasked.
pub(super) fn start(
    number: usize,
    heartbeat: Duration,
    clock: Clock,
    asks: mpsc::Sender<Ask>,
) -> io::Result<(Handle, oneshot::Receiver<()>)> {
    let poll = Poll::new()?;
    let alarm = Arc::new(Alarm::new(Waker::new(poll.registry(), ALARM)?));
    let (sender, commands) = mpsc::channel(COMMANDS);
    let registry = poll.registry().try_clone()?;
    let turns = usize::try_from(TURNS).unwrap_or(1);
    let keeper = Keeper::new(number, registry, clock, asks, turns);
    let mut reactor =
        Reactor { poll, commands, alarm: alarm.clone(), keeper, turn_every: heartbeat / TURNS };
    let (ended, end) = oneshot::channel();
    std::thread::Builder::new().name(format!("streams-{number}")).spawn(move || {
        match reactor.run() {
            // Nobody may be waiting for it.
            Ok(()) => drop(ended.send(())),
            Err(error) => tracing::error!(%error, "streams cannot be kept: {error}"),
        }
    })?;
    Ok((Handle::new(sender, alarm), end))
}

impl Reactor {
    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        let mut turn_at = Instant::now() + self.turn_every;
        let mut is_busy = false;
        loop {
            let until_turn = turn_at.saturating_duration_since(Instant::now());
            let pause = if is_busy { Duration::ZERO } else { until_turn };
            match self.poll.poll(&mut events, Some(pause)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in events.iter().filter(|event| event.token() != ALARM) {
                self.keeper.look(event);
            }
            self.alarm.answer();
            is_busy = true;
            for _ in 0..AT_ONCE {
                let Ok(command) = self.commands.try_recv() else {
                    is_busy = false;
                    break;
                };
                if self.keeper.act(command).is_break() {
                    return Ok(());
                }
            }
            let now = Instant::now();
            if now >= turn_at {
                self.keeper.turn();
                turn_at = now + self.turn_every;
            }
            self.keeper.send();
        }
    }
}
