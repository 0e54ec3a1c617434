//! What stands before the parser: it lets through whole heads and bodies that can be read in one way
//! only.
//!
//! A head that is refused is replaced by a request of our own that leads to the refusal, so that it
//! is answered in its turn, in the one shape, with a line in the log, and is the last of its
//! connection. What breaks in the middle of a body is replaced by something that no parser takes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::time::Instant;

use super::chunks::Chunks;
use super::head::{self, Body, Refusal};

/// The method of the request that stands for a refused one. Clients cannot send it: their heads
/// come through here.
pub const REFUSED: &str = "REFUSED";
const REFUSED_HEAD: &[u8] = b"REFUSED / HTTP/1.1\r\nhost: -\r\nconnection: close\r\n\r\n";
const NO_CHUNK: &[u8] = b"no chunk\r\n";

/// Where the reason for a refusal is found, by whoever answers it.
pub type Refused = Rc<Cell<Option<Refusal>>>;

/// Looks at what a client sends, as it comes.
#[derive(Debug, Default)]
pub(super) struct Guard {
    place: Place,
    /// What has come and is not yet let through.
    held: BytesMut,
    /// How much of that may go.
    passed: usize,
    /// When the head began that is not yet whole.
    begun: Option<Instant>,
    refused: Refused,
    is_over: bool,
}

#[derive(Debug, Default)]
enum Place {
    #[default]
    Head,
    Length(u64),
    Chunks(Chunks),
    Other,
}

impl Guard {
    /// Where the reason for a refusal will be found.
    pub(super) fn refused(&self) -> Refused {
        self.refused.clone()
    }

    /// Whether nothing more will be let through.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over && self.passed == 0
    }

    /// Whether what comes next may go on without being held.
    pub(super) fn holds_nothing(&self) -> bool {
        self.held.is_empty()
    }

    /// When the head that is coming must be whole.
    pub(super) fn deadline(&self, patience: Duration) -> Option<Instant> {
        self.begun.map(|begun| begun + patience)
    }

    /// The head that is coming took too long.
    pub(super) fn give_up(&mut self) {
        self.refuse(Refusal::TooSlow);
    }

    /// Hands out what may go, at most so much.
    pub(super) fn release(&mut self, most: usize, mut take: impl FnMut(&[u8])) -> usize {
        let count = self.passed.min(most);
        take(self.held.get(..count).unwrap_or_default());
        self.held.advance(count);
        self.passed -= count;
        if self.held.is_empty() {
            // Most connections hold nothing most of the time.
            self.held = BytesMut::new();
        }
        count
    }

    /// Looks at what has come while nothing was held. Gives how much of it may go; the rest is held.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> usize {
        let passed = self.look(bytes);
        if !self.is_over {
            self.held.extend_from_slice(bytes.get(passed..).unwrap_or_default());
            self.note_time();
        }
        passed
    }

    /// Adds what has come to what is held, and looks at all of it.
    pub(super) fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let passed = self.look(&held);
        if self.is_over {
            // What may still go goes before what stands for the refused.
            let stand_in = std::mem::take(&mut self.held);
            self.held.extend_from_slice(held.get(..passed).unwrap_or_default());
            self.held.extend_from_slice(&stand_in);
        } else {
            self.held = held;
        }
        self.passed += passed;
        self.note_time();
    }

    fn note_time(&mut self) {
        let waits = self.held.len() > self.passed && matches!(self.place, Place::Head);
        self.begun = waits.then(|| self.begun.unwrap_or_else(Instant::now));
    }

    /// How much of these bytes may go.
    fn look(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        while let Some(rest) = bytes.get(passed..).filter(|rest| !rest.is_empty()) {
            match self.step(rest) {
                Ok(0) => break,
                Ok(count) => passed += count,
                Err(refusal) => {
                    self.refuse(refusal);
                    break;
                }
            }
        }
        passed
    }

    fn step(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        match &mut self.place {
            Place::Other => Ok(bytes.len()),
            Place::Head => {
                let Some(head) = head::read(bytes)? else { return Ok(0) };
                self.begun = None;
                self.place = match head.body {
                    Body::Length(0) => Place::Head,
                    Body::Length(length) => Place::Length(length),
                    Body::Chunked => Place::Chunks(Chunks::default()),
                    Body::Other => Place::Other,
                };
                Ok(head.length)
            }
            Place::Length(left) => {
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(*left);
                *left -= here;
                if *left == 0 {
                    self.place = Place::Head;
                }
                Ok(usize::try_from(here).unwrap_or(usize::MAX))
            }
            Place::Chunks(chunks) => {
                let passed = chunks.pass(bytes)?;
                if *chunks == Chunks::End {
                    self.place = Place::Head;
                }
                Ok(passed)
            }
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        let is_in_body = matches!(self.place, Place::Chunks(_));
        let stand_in = if is_in_body { NO_CHUNK } else { REFUSED_HEAD };
        self.is_over = true;
        self.begun = None;
        self.refused.set(Some(refusal));
        self.held = BytesMut::from(stand_in);
        self.passed = stand_in.len();
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, NO_CHUNK, REFUSED_HEAD};

    const GET: &str = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

    /// What is let through of a stream that comes in pieces.
    fn through(stream: &[u8], piece: usize) -> Vec<u8> {
        let (mut guard, mut out) = (Guard::default(), Vec::new());
        for bytes in stream.chunks(piece) {
            if guard.is_over {
                break;
            }
            if guard.holds_nothing() {
                let passed = guard.pass(bytes);
                out.extend_from_slice(&bytes[..passed]);
            } else {
                guard.hold(bytes);
            }
            guard.release(usize::MAX, |bytes| out.extend_from_slice(bytes));
        }
        out
    }

    fn expect(stream: &str, expected: &[&[u8]]) {
        for piece in [1, 2, 3, 7, 50, 10_000] {
            let out = through(stream.as_bytes(), piece);
            let expected = expected.concat();
            assert_eq!(
                String::from_utf8_lossy(&out),
                String::from_utf8_lossy(&expected),
                "{piece}"
            );
        }
    }

    #[test]
    fn proper_requests_go_through_as_they_are() {
        let all = format!(
            "{GET}POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n\n\nhi{GET}\
             POST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n\
             2\r\n\n\r\r\n0\r\n\r\n{GET}"
        );
        expect(&all, &[all.as_bytes()]);
        let upgrade = "GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n\r\n\n\n\u{1}\0";
        expect(upgrade, &[upgrade.as_bytes()]);
    }

    #[test]
    fn what_is_refused_is_replaced_and_the_last() {
        let bad = "GET /a HTTP/1.1\nhost: x\r\n\r\n";
        expect(&format!("{GET}{bad}{GET}"), &[GET.as_bytes(), REFUSED_HEAD]);
        let post = "POST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n";
        for piece in [1, 2, 3, 7, 50, 10_000] {
            let out = through(format!("{post}zz\r\n{GET}").as_bytes(), piece);
            // What a chunk lacks then makes it no better.
            let let_through = out.strip_suffix(NO_CHUNK).unwrap();
            assert!(post.as_bytes().starts_with(let_through), "{piece}");
        }
    }
}
