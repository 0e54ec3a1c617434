//! Frames out of bytes, however those are cut into pieces.

use bytes::Bytes;
use memchr::{memchr, memchr2};

use super::head::Head;
use super::{Command, Frame, Limits, Version, Violation};

/// Keeps what has come of a frame until all of it has. Between frames it keeps nothing, not even a
/// buffer. It never looks at a byte twice for the same purpose, so that a frame which comes in many
/// small pieces costs no more than one that comes at once.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    version: Option<Version>,
    buffer: Vec<u8>,
    /// Where in the buffer the frame begins that is being read.
    start: usize,
    /// Up to where the end of the head, or of the body, was already looked for.
    scanned: usize,
    /// The head, once it is there; `start` is then where the body begins.
    head: Option<Head>,
}

impl Decoder {
    /// A decoder of a connection that has just been opened.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { limits, version: None, buffer: Vec::new(), start: 0, scanned: 0, head: None }
    }

    /// From now on frames are of this version.
    pub const fn speak(&mut self, version: Version) {
        self.version = Some(version);
    }

    /// Takes what has come. [`next`](Self::next) is to be called until there is no frame left.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, if there is one. After a violation there is no telling where the next
    /// frame would begin.
    #[expect(clippy::should_implement_trait, reason = "there may be more after `None`")]
    pub fn next(&mut self) -> Result<Option<Frame>, Violation> {
        let head = match self.head.take() {
            Some(head) => head,
            None => match self.take_head()? {
                Some(head) => head,
                None => return Ok(None),
            },
        };
        match self.take_body(&head) {
            Ok(Some(body)) => {
                if !body.is_empty() && head.command != Command::Send {
                    let violation = Violation::new("only SEND may have a body");
                    return Err(violation.of(head.headers.get("receipt")));
                }
                Ok(Some(Frame { command: head.command, headers: head.headers, body }))
            }
            Ok(None) => {
                self.head = Some(head);
                Ok(None)
            }
            Err(violation) => Err(violation.of(head.headers.get("receipt"))),
        }
    }

    /// What has not been read yet.
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn unscanned(&self) -> &[u8] {
        self.buffer.get(self.scanned..).unwrap_or_default()
    }

    /// Goes on behind what was read, and lets the buffer go when nothing is left.
    fn advance(&mut self, to: usize) {
        self.start = to;
        self.scanned = to;
        if self.rest().is_empty() {
            self.buffer = Vec::new();
            self.start = 0;
            self.scanned = 0;
        }
    }

    /// Line ends between frames are heart-beats, or the end of a line that nobody needed.
    fn skip_line_ends(&mut self) -> Result<(), Violation> {
        let ends = self.rest().iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let skipped = self.rest().get(..ends).unwrap_or_default();
        let lone = |pair: &[u8]| matches!(pair, [b'\r', next] if *next != b'\n');
        if skipped.windows(2).any(lone) {
            return Err(Violation::new("a carriage return stands alone"));
        }
        if skipped.last() == Some(&b'\r') {
            if ends < self.rest().len() {
                return Err(Violation::new("a carriage return stands alone"));
            }
            // Its line feed may still come.
            self.advance(self.start + ends - 1);
        } else {
            self.advance(self.start + ends);
        }
        Ok(())
    }

    fn take_head(&mut self) -> Result<Option<Head>, Violation> {
        if self.scanned == self.start {
            self.skip_line_ends()?;
            if self.rest() == b"\r" {
                return Ok(None);
            }
        }
        let Some((end, body)) = self.find_empty_line()? else {
            if self.rest().len() > self.limits.head_bytes {
                return Err(Violation::new("the headers are too large"));
            }
            return Ok(None);
        };
        let lines = self.buffer.get(self.start..end).unwrap_or_default();
        if lines.len() > self.limits.head_bytes {
            return Err(Violation::new("the headers are too large"));
        }
        let head = Head::parse(lines, self.version, &self.limits)?;
        self.start = body;
        self.scanned = body;
        Ok(Some(head))
    }

    /// Where the last header line ends and where the body begins.
    fn find_empty_line(&mut self) -> Result<Option<(usize, usize)>, Violation> {
        while let Some(found) = memchr2(b'\n', 0, self.unscanned()) {
            let at = self.scanned + found;
            match self.buffer.get(at..at + 3).or_else(|| self.buffer.get(at..)) {
                Some([0, ..]) => {
                    return Err(Violation::new("the frame ends within its headers"));
                }
                Some([_, b'\n', ..]) => return Ok(Some((at, at + 2))),
                Some([_, b'\r', b'\n']) => return Ok(Some((at, at + 3))),
                // What follows has not come yet.
                Some([_] | [_, b'\r']) | None => {
                    self.scanned = at;
                    return Ok(None);
                }
                Some(_) => self.scanned = at + 1,
            }
        }
        self.scanned = self.buffer.len();
        Ok(None)
    }

    fn take_body(&mut self, head: &Head) -> Result<Option<Bytes>, Violation> {
        let length = match head.content_length {
            Some(length) => self.told_end(length)?,
            None => self.find_end()?,
        };
        let Some(length) = length else { return Ok(None) };
        let body = Bytes::copy_from_slice(self.rest().get(..length).unwrap_or_default());
        self.advance(self.start + length + 1);
        Ok(Some(body))
    }

    /// The body ends where the client said, and nowhere else.
    fn told_end(&self, length: usize) -> Result<Option<usize>, Violation> {
        match self.rest().get(length) {
            Some(0) => Ok(Some(length)),
            Some(_) => Err(Violation::new("the body is not as long as content-length says")),
            None => Ok(None),
        }
    }

    /// The body ends at the first NUL.
    fn find_end(&mut self) -> Result<Option<usize>, Violation> {
        let found = memchr(0, self.unscanned());
        self.scanned = found.map_or(self.buffer.len(), |found| self.scanned + found);
        let length = self.scanned - self.start;
        if length > self.limits.body_bytes {
            return Err(Violation::new("the body is too large"));
        }
        Ok(found.map(|_| length))
    }
}
