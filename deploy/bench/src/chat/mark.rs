//! The marks in messages: who sent it, the how-manieth it is, and when.

use memchr::memchr;

/// How long a mark is.
pub(super) const BYTES: usize = 28;
/// What begins and ends it; nothing else in any protocol has it.
const EDGE: u8 = b'~';

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The number of the sender.
    pub(super) sender: usize,
    /// The how-manieth message of that sender, from 0.
    pub(super) number: usize,
    /// When it was sent: microseconds since the start.
    pub(super) sent_us: u64,
}

impl Mark {
    /// As it stands in a message.
    pub(super) fn text(self) -> String {
        format!("~{:04}.{:08}.{:012}~", self.sender, self.number, self.sent_us)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let mut parts = text.strip_prefix('~')?.strip_suffix('~')?.split('.');
        Some(Self {
            sender: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
            sent_us: parts.next()?.parse().ok()?,
        })
    }
}

/// Finds the marks in what has come. What is kept is the beginning of a mark whose end has not.
pub(super) fn find(kept: &mut Vec<u8>, come: &[u8], mut found: impl FnMut(Mark)) {
    let joined;
    let mut rest = if kept.is_empty() {
        come
    } else {
        kept.extend_from_slice(come);
        joined = std::mem::take(kept);
        joined.as_slice()
    };
    while let Some(at) = memchr(EDGE, rest) {
        let Some(text) = rest.get(at..at + BYTES) else {
            *kept = rest.get(at..).unwrap_or_default().to_vec();
            return;
        };
        match Mark::parse(text) {
            Some(mark) => {
                found(mark);
                rest = rest.get(at + BYTES..).unwrap_or_default();
            }
            None => rest = rest.get(at + 1..).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, find};

    #[test]
    fn marks_are_found_however_they_are_cut() {
        let marks: Vec<_> =
            (0..5).map(|number| Mark { sender: 7, number, sent_us: 123_456 }).collect();
        let lines: Vec<_> =
            marks.iter().map(|mark| format!("{{\"a\":\"{}\"}}\n", mark.text())).collect();
        let text = lines.concat();
        for piece in 1..60 {
            let (mut kept, mut found) = (Vec::new(), Vec::new());
            for come in text.as_bytes().chunks(piece) {
                find(&mut kept, come, |mark| found.push(mark));
            }
            assert_eq!(found, marks, "{piece}");
        }
    }
}
