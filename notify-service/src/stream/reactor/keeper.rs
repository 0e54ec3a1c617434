//! What the thread does about its streams.

use std::mem;
use std::ops::ControlFlow;

use chassis::clock::Clock;
use contracts::UserId;
use mio::event::Event;
use mio::{Registry, Token};
use tokio::sync::mpsc;

use super::super::batch::Batch;
use super::super::cursor::Step;
use super::super::frame;
use super::super::place::Since;
use super::super::reader::{Ask, Found};
use super::super::wheel::Wheel;
use super::crowd::{Crowd, Key};
use super::stream::{Sent, Stream};
use super::{Command, Opening};

/// How many used buffers are kept for the next stream that has something to send.
const SPARE_BUFFERS: usize = 256;
/// Larger ones are given back.
const SPARE_BYTES: usize = 8 * 1024;

/// Keeps streams.
pub(super) struct Keeper {
    number: usize,
    registry: Registry,
    clock: Clock,
    asks: mpsc::Sender<Ask>,
    crowd: Crowd,
    heartbeats: Wheel<Key>,
    /// Those that something is to be sent to.
    due: Vec<usize>,
    /// What could not be asked, and is asked at the next turn.
    unasked: Vec<(Key, Since)>,
    spare: Vec<Vec<u8>>,
    /// The event that is being encoded.
    event: Vec<u8>,
    next_serial: u64,
}

impl Keeper {
    pub(super) fn new(
        number: usize,
        registry: Registry,
        clock: Clock,
        asks: mpsc::Sender<Ask>,
        turns: usize,
    ) -> Self {
        Self {
            number,
            registry,
            clock,
            asks,
            crowd: Crowd::default(),
            heartbeats: Wheel::new(turns),
            due: Vec::new(),
            unasked: Vec::new(),
            spare: Vec::new(),
            event: Vec::new(),
            next_serial: 0,
        }
    }

    /// Does what it is told. Breaks off when it is told to stop.
    pub(super) fn act(&mut self, command: Command) -> ControlFlow<()> {
        match command {
            Command::Open(opening) => self.open(*opening),
            Command::Deliver(batch) => self.deliver(&batch),
            Command::Reached(inboxes) => self.reached(&inboxes),
            Command::Found(key, found) => self.found(key, &found),
            Command::NotRead(key, since) => self.unasked.push((key, since)),
            // Whoever asked may be gone.
            Command::People(answer) => drop(answer.send(self.crowd.people())),
            Command::End(session) => self.end(&self.crowd.of_sessions(|other| other == session)),
            Command::EndAll(over) => self.end(&self.crowd.of_sessions(|id| over.contains(id))),
            Command::Stop => {
                self.send_away();
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Looks at a socket that can be read from or written to.
    pub(super) fn look(&mut self, event: &Event) {
        let slot = event.token().0;
        let Some(stream) = self.crowd.at(slot) else { return };
        if (event.is_readable() || event.is_error()) && !stream.is_quiet() {
            self.close(slot);
        } else if event.is_writable() && stream.is_waiting() {
            self.make_due(slot);
        }
    }

    /// Sends to all who are due.
    pub(super) fn send(&mut self) {
        let mut due = mem::take(&mut self.due);
        for slot in due.drain(..) {
            self.send_to(slot);
        }
        self.due = due;
        self.spare.truncate(SPARE_BUFFERS);
    }

    /// What is done a few times a second.
    pub(super) fn turn(&mut self) {
        for (key, since) in mem::take(&mut self.unasked) {
            if let Some(slot) = self.crowd.slot(key) {
                self.ask(slot, since);
            }
        }
        self.end(&self.crowd.expired(self.clock.now()));
        for key in self.heartbeats.turn() {
            if let Some(slot) = self.crowd.slot(key) {
                self.beat(slot);
                self.heartbeats.add(key);
            }
        }
        let open = u32::try_from(self.crowd.len()).unwrap_or(u32::MAX);
        metrics::gauge!("streams_open", "thread" => self.number.to_string()).set(f64::from(open));
    }

    /// Tells everyone to connect again elsewhere.
    fn send_away(&mut self) {
        for slot in self.crowd.slots() {
            if let Some(stream) = self.crowd.at(slot) {
                // The low digits of the serial are as good as random.
                let spread = stream.serial.wrapping_mul(7_919) % 1_000;
                frame::farewell(stream.pending(&mut self.spare), spread);
                stream.send(&mut self.spare);
            }
            self.close(slot);
        }
    }

    fn open(&mut self, opening: Opening) {
        let mut stream = Stream::new(opening, self.next_serial);
        self.next_serial += 1;
        let slot = self.crowd.next_slot();
        if let Err(error) = stream.register(&self.registry, Token(slot)) {
            // The client sees its connection closed, and comes back.
            tracing::error!(%error, "a stream cannot be kept: {error}");
            return;
        }
        let key = self.crowd.insert(stream);
        self.heartbeats.add(key);
        self.make_due(slot);
    }

    fn deliver(&mut self, batch: &Batch) {
        for receiver in batch.receivers() {
            self.event.clear();
            let (event, due, spare) = (&mut self.event, &mut self.due, &mut self.spare);
            let mut gaps = Vec::new();
            self.crowd.each_of(receiver.user_id, |slot, stream| {
                match stream.cursor.announced(receiver.seq) {
                    Step::Send if !receiver.held => {
                        if event.is_empty() {
                            frame::notification(event, receiver.seq, batch.tail(receiver.locale));
                        }
                        stream.pending(spare).extend_from_slice(event);
                        if !mem::replace(&mut stream.is_due, true) {
                            due.push(slot);
                        }
                    }
                    Step::Send | Step::Skip => {}
                    Step::Read(since) => gaps.push((slot, since)),
                }
            });
            self.fill(&gaps);
        }
    }

    fn reached(&mut self, inboxes: &[(UserId, u64)]) {
        for (user_id, last_seq) in inboxes {
            let mut gaps = Vec::new();
            self.crowd.each_of(*user_id, |slot, stream| {
                if let Step::Read(since) = stream.cursor.reached(*last_seq) {
                    gaps.push((slot, since));
                }
            });
            self.fill(&gaps);
        }
    }

    fn fill(&mut self, gaps: &[(usize, Since)]) {
        for (slot, since) in gaps {
            metrics::counter!("stream_gaps_total").increment(1);
            self.ask(*slot, *since);
        }
    }

    fn found(&mut self, key: Key, found: &Found) {
        let Some(slot) = self.crowd.slot(key) else { return };
        let Some(stream) = self.crowd.at(slot) else { return };
        let pending = stream.pending(&mut self.spare);
        if let Some(lost) = found.lost {
            metrics::counter!("stream_resyncs_total", "reason" => lost.reason()).increment(1);
            frame::resync(pending, found.up_to, lost.reason());
        } else if found.since == Since::Now {
            frame::place(pending, found.up_to);
        }
        for (seq, tail) in &found.events {
            frame::notification(pending, *seq, tail);
        }
        stream.read_next = stream.cursor.read(found.up_to, found.is_all);
        self.make_due(slot);
    }

    /// Once in each round: a word over the line, and the end for whoever has taken nothing since
    /// the last one.
    fn beat(&mut self, slot: usize) {
        let Some(stream) = self.crowd.at(slot) else { return };
        let is_waiting = stream.is_waiting();
        let was_waiting = mem::replace(&mut stream.was_waiting, is_waiting);
        if was_waiting && is_waiting {
            self.cut(slot);
        } else if !is_waiting {
            stream.pending(&mut self.spare).extend_from_slice(frame::HEARTBEAT);
            self.make_due(slot);
        }
    }

    fn send_to(&mut self, slot: usize) {
        let Some(stream) = self.crowd.at(slot) else { return };
        stream.is_due = false;
        match stream.send(&mut self.spare) {
            Sent::Gone => self.close(slot),
            Sent::Waiting if stream.is_too_slow() => self.cut(slot),
            Sent::Waiting => {}
            Sent::All => {
                stream.was_waiting = false;
                if let Some(since) = stream.read_next.take() {
                    self.ask(slot, since);
                }
                if self.spare.last().is_some_and(|buffer| buffer.capacity() > SPARE_BYTES) {
                    self.spare.pop();
                }
            }
        }
    }

    fn ask(&mut self, slot: usize, since: Since) {
        let Some(key) = self.crowd.key(slot) else { return };
        let Some(stream) = self.crowd.at(slot) else { return };
        let ask = Ask { thread: self.number, key, user_id: stream.user_id, since };
        if self.asks.try_send(ask).is_err() {
            self.unasked.push((key, since));
        }
    }

    fn make_due(&mut self, slot: usize) {
        if let Some(stream) = self.crowd.at(slot)
            && !mem::replace(&mut stream.is_due, true)
        {
            self.due.push(slot);
        }
    }

    fn cut(&mut self, slot: usize) {
        metrics::counter!("stream_slow_clients_cut_total").increment(1);
        self.close(slot);
    }

    fn end(&mut self, slots: &[usize]) {
        for slot in slots {
            self.close(*slot);
        }
    }

    fn close(&mut self, slot: usize) {
        if let Some(mut stream) = self.crowd.remove(slot) {
            stream.deregister(&self.registry);
        }
    }
}
