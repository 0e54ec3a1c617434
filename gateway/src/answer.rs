//! An answer on its way to the client: a status, the lines of its headers, and a body.

use actix_http::StatusCode;
use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use bytes::Bytes;

use crate::upstream::Relay;
use crate::wire::{print, print_number};

/// The headers of an answer, line by line, as HTTP/1.1 writes them.
#[derive(Debug, Default)]
pub struct Lines {
    text: Vec<u8>,
    /// Whether one of them tells the date.
    pub has_date: bool,
}

impl Lines {
    /// None yet, with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: Vec::with_capacity(bytes), has_date: false }
    }

    /// Adds a line. Name and value were read by somebody who takes nothing that would make it two.
    pub fn add(&mut self, name: &[u8], value: &[u8]) {
        self.text.reserve(name.len() + value.len() + 4);
        self.text.extend_from_slice(name);
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(value);
        self.text.extend_from_slice(b"\r\n");
    }

    /// Adds a line with a number.
    pub fn add_number(&mut self, name: &str, value: u64) {
        print(&mut self.text, format_args!("{name}: "));
        print_number(&mut self.text, value);
        self.text.extend_from_slice(b"\r\n");
    }

    /// As they are written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Each name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let lines = self.text.split(|byte| *byte == b'\n').filter_map(|l| l.strip_suffix(b"\r"));
        lines.filter_map(|line| {
            let (name, value) = line.split_at_checked(memchr::memchr(b':', line)?)?;
            Some((name, value.strip_prefix(b": ")?))
        })
    }
}

/// How long the body of an answer is, as the client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// There is none, and none is told of.
    None,
    /// So many bytes.
    Known(u64),
    /// It ends when it ends.
    Unknown,
}

/// What is sent to the client after the head.
pub enum Body {
    /// Known as a whole.
    Whole(Bytes),
    /// Arrives piece by piece.
    Relayed(Box<Relay>),
}

/// An answer.
pub struct Answer {
    /// How it went.
    pub status: StatusCode,
    /// Its headers, without those that frame it.
    pub lines: Lines,
    /// How long the client is told that its body is.
    pub size: Size,
    /// Its body. Nothing of it is sent where there is to be none.
    pub body: Body,
}

impl Answer {
    /// Whether it came before the service has the whole request.
    #[must_use]
    pub fn is_early(&self) -> bool {
        matches!(&self.body, Body::Relayed(relay) if relay.is_sending())
    }

    /// Whether its end cannot be told from its head.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.size == Size::Unknown
    }
}

/// A page or a problem of ours, made with the means of the framework.
impl From<HttpResponse> for Answer {
    fn from(response: HttpResponse) -> Self {
        let (head, body) = response.into_parts();
        let mut lines = Lines::with_capacity(512);
        for (name, value) in head.headers() {
            lines.add(name.as_str().as_bytes(), value.as_bytes());
        }
        // Ours are never streamed.
        let body = body.try_into_bytes().unwrap_or_default();
        let size = match head.status() {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Size::None,
            _ => Size::Known(u64::try_from(body.len()).unwrap_or(u64::MAX)),
        };
        Self { status: head.status(), lines, size, body: Body::Whole(body) }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_can_be_read_again() {
        let mut lines = Lines::default();
        lines.add(b"a", b"b: c");
        lines.add(b"d", b"");
        lines.add_number("e", 70);
        assert_eq!(lines.as_bytes(), b"a: b: c\r\nd: \r\ne: 70\r\n");
        let read: Vec<_> = lines.iter().collect();
        assert_eq!(read, [(&b"a"[..], &b"b: c"[..]), (b"d", b""), (b"e", b"70")]);
    }
}
