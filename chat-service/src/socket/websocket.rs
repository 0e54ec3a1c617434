//! WebSocket framing (RFC 6455, section 5), as far as a server without extensions needs it.
//!
//! What clients send is unmasked as it comes and passed on in pieces, so that nothing of it is kept
//! here, however large a frame claims to be. Compression is not offered: messages are short, and
//! its window would cost each connection more memory than all the rest of it.

/// What clients send in one message at most.
const MAX_MESSAGE_BYTES: u64 = 64 * 1024;
/// What a control frame may carry (5.5).
const MAX_CONTROL_BYTES: u64 = 125;
/// The longest header: two bytes, a length of eight, a mask of four.
const MAX_HEADER_BYTES: usize = 14;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A breach of the framing: the code and the reason of the close frame that answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The close code (7.4.1).
    pub(crate) code: u16,
    /// Why.
    pub(crate) reason: &'static str,
}

/// What comes out of the frames.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Some bytes of a message, be it text or binary.
    Data(&'a [u8]),
    /// The message is whole.
    MessageEnd,
    /// A ping, to be answered with the same bytes.
    Ping(&'a [u8]),
    /// An answer to a ping.
    Pong,
    /// The client says farewell.
    Close,
}

/// Reads frames, however they are cut into pieces.
#[derive(Debug, Default)]
pub(super) struct Unframer {
    header: [u8; MAX_HEADER_BYTES],
    header_bytes: usize,
    frame: Option<Frame>,
    /// How long the message is so far that the frames of data belong to, if one is under way.
    message: Option<u64>,
    /// What has come of a control frame.
    control: Vec<u8>,
}

/// A frame whose header is there.
#[derive(Clone, Copy, Debug)]
struct Frame {
    opcode: u8,
    is_last: bool,
    remaining: u64,
    mask: [u8; 4],
    /// How many of its bytes were unmasked.
    done: usize,
}

impl Unframer {
    /// Takes what has come, and passes on what is in it. The bytes are unmasked where they stand.
    pub(super) fn feed(
        &mut self,
        mut bytes: &mut [u8],
        mut take: impl FnMut(Piece<'_>),
    ) -> Result<(), Breach> {
        loop {
            let Some(mut frame) = self.frame.take() else {
                let Some((first, rest)) = bytes.split_first_mut() else { return Ok(()) };
                let byte = *first;
                bytes = rest;
                self.frame = self.header_byte(byte)?;
                continue;
            };
            let length = usize::try_from(frame.remaining).unwrap_or(usize::MAX).min(bytes.len());
            let (payload, rest) = bytes.split_at_mut(length);
            bytes = rest;
            unmask(payload, frame.mask, frame.done);
            frame.done += length;
            frame.remaining -= u64::try_from(length).unwrap_or(u64::MAX);
            if frame.opcode < CLOSE && !payload.is_empty() {
                take(Piece::Data(payload));
            } else {
                self.control.extend_from_slice(payload);
            }
            if frame.remaining > 0 {
                self.frame = Some(frame);
                return Ok(());
            }
            self.end_frame(frame, &mut take);
        }
    }

    fn end_frame(&mut self, frame: Frame, take: &mut impl FnMut(Piece<'_>)) {
        match frame.opcode {
            PING => take(Piece::Ping(&self.control)),
            PONG => take(Piece::Pong),
            CLOSE => take(Piece::Close),
            _ if frame.is_last => {
                self.message = None;
                take(Piece::MessageEnd);
            }
            _ => {}
        }
        self.control = Vec::new();
    }

    /// Takes one byte of a header; says when it is whole.
    fn header_byte(&mut self, byte: u8) -> Result<Option<Frame>, Breach> {
        if let Some(place) = self.header.get_mut(self.header_bytes) {
            *place = byte;
            self.header_bytes += 1;
        }
        let header = self.header.get(..self.header_bytes).unwrap_or_default();
        let [first, second, rest @ ..] = header else { return Ok(None) };
        let (length, mask) = match second & 0x7f {
            126 => {
                let Some((length, mask)) = rest.split_first_chunk() else { return Ok(None) };
                (u16::from_be_bytes(*length).into(), mask)
            }
            127 => {
                let Some((length, mask)) = rest.split_first_chunk() else { return Ok(None) };
                (u64::from_be_bytes(*length), mask)
            }
            length => (length.into(), rest),
        };
        self.check(*first, second & 0x80 != 0, length)?;
        let Ok(mask) = mask.try_into() else { return Ok(None) };
        let frame = Frame {
            opcode: first & 0x0f,
            is_last: first & 0x80 != 0,
            remaining: length,
            mask,
            done: 0,
        };
        if frame.opcode < CLOSE {
            *self.message.get_or_insert(0) += length;
        }
        self.header_bytes = 0;
        Ok(Some(frame))
    }

    /// The rules for a header, as soon as its length is known.
    fn check(&self, first: u8, masked: bool, length: u64) -> Result<(), Breach> {
        let breach = |reason| Err(Breach { code: 1002, reason });
        let opcode = first & 0x0f;
        if first & 0x70 != 0 {
            return breach("no extension was agreed on");
        }
        if !masked {
            return breach("a client's frames are masked");
        }
        match opcode {
            CONTINUATION if self.message.is_none() => breach("there is nothing to continue"),
            TEXT | BINARY if self.message.is_some() => breach("the message before has not ended"),
            CONTINUATION | TEXT | BINARY => {
                let so_far = self.message.unwrap_or_default();
                if so_far.saturating_add(length) > MAX_MESSAGE_BYTES {
                    return Err(Breach { code: 1009, reason: "the message is too large" });
                }
                Ok(())
            }
            CLOSE | PING | PONG if first & 0x80 == 0 => breach("a control frame is whole"),
            CLOSE | PING | PONG if length > MAX_CONTROL_BYTES => {
                breach("a control frame has at most 125 bytes")
            }
            CLOSE | PING | PONG => Ok(()),
            _ => breach("there is no such opcode"),
        }
    }
}

/// Undoes the mask of bytes that begin `offset` bytes into their frame.
fn unmask(bytes: &mut [u8], mut mask: [u8; 4], offset: usize) {
    mask.rotate_left(offset % 4);
    for four in bytes.chunks_mut(4) {
        for (byte, key) in four.iter_mut().zip(mask) {
            *byte ^= key;
        }
    }
}

/// Writes a message of text.
pub(super) fn text(payload: &[u8], into: &mut Vec<u8>) {
    header(TEXT, payload.len(), into);
    into.extend_from_slice(payload);
}

/// Writes a ping.
pub(super) fn ping(into: &mut Vec<u8>) {
    header(PING, 0, into);
}

/// Writes the answer to a ping.
pub(super) fn pong(payload: &[u8], into: &mut Vec<u8>) {
    header(PONG, payload.len(), into);
    into.extend_from_slice(payload);
}

/// Writes a farewell. The reason has at most 123 bytes.
pub(super) fn close(code: u16, reason: &str, into: &mut Vec<u8>) {
    header(CLOSE, 2 + reason.len(), into);
    into.extend_from_slice(&code.to_be_bytes());
    into.extend_from_slice(reason.as_bytes());
}

fn header(opcode: u8, length: usize, into: &mut Vec<u8>) {
    into.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => into.push(length),
        (_, Ok(length)) => {
            into.push(126);
            into.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            into.push(127);
            into.extend_from_slice(&u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
