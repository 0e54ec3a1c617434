//! The head of an answer (RFC 9112, 4), read as strictly as that of a request.

use actix_http::{Method, StatusCode};

use crate::answer::{Lines, Size};
use crate::headers;
use crate::wire::{self, Malformed, Name, header, length, words};

/// The longest head.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// The most headers.
const MAX_HEADERS: usize = 200;
/// What the gateway adds to the headers of an answer.
const ROOM_FOR_OURS_BYTES: usize = 384;

/// How the body of an answer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// There is none.
    Nothing,
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunks,
    /// Whatever comes until the connection ends.
    UntilTheEnd,
}

/// An answer that begins.
#[derive(Debug)]
pub struct Reply {
    /// How it went.
    pub status: StatusCode,
    /// The headers that the client gets.
    pub lines: Lines,
    /// How long the client is told that the body is.
    pub size: Size,
    /// Whether the connection speaks WebSocket from now on.
    pub is_websocket: bool,
    pub(super) coming: Coming,
    /// Whether the connection may be used again afterwards.
    pub(super) keeps: bool,
}

impl Reply {
    /// The head that begins here, of an answer to `method`, and how long it is. Nothing, if it is
    /// not yet whole.
    pub(super) fn read(bytes: &[u8], method: &Method) -> Result<Option<(Self, usize)>, Malformed> {
        let mut lines = wire::Lines::of(bytes);
        let Some(first) = lines.next()? else { return within_bounds(bytes) };
        let (status, is_old) = status_line(first)?;
        let mut headers = Headers::default();
        let begin = lines;
        while let Some(line) = lines.next()? {
            if line.is_empty() {
                let lines_for_client = headers.for_client(begin, lines.at() - begin.at());
                let reply = headers.reply(status, is_old, method, lines_for_client)?;
                return Ok(Some((reply, lines.at())));
            }
            headers.learn(line)?;
        }
        within_bounds(bytes)
    }

    /// Whether it is not yet the answer (1xx) and another one follows.
    pub(super) fn is_interim(&self) -> bool {
        self.status.is_informational() && self.status != StatusCode::SWITCHING_PROTOCOLS
    }
}

fn within_bounds<T>(bytes: &[u8]) -> Result<Option<T>, Malformed> {
    if bytes.len() > MAX_HEAD_BYTES { Err(Malformed("the head is too long")) } else { Ok(None) }
}

/// `HTTP/1.1 200 OK`. Says whether it is HTTP/1.0.
fn status_line(line: &[u8]) -> Result<(StatusCode, bool), Malformed> {
    let (version, rest) = line.split_at_checked(9).unwrap_or_default();
    let is_old = match version {
        b"HTTP/1.1 " => false,
        b"HTTP/1.0 " => true,
        _ => return Err(Malformed("the first line is none of HTTP/1.1")),
    };
    let (digits, reason) = rest.split_at_checked(3).unwrap_or_default();
    let status = StatusCode::from_bytes(digits).ok();
    let status = status.filter(|_| matches!(reason, [] | [b' ', ..]));
    status.map(|status| (status, is_old)).ok_or(Malformed("the status is none"))
}

/// What the headers say about the message.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that is said or not")]
struct Headers {
    count: usize,
    length: Option<u64>,
    is_chunked: bool,
    is_websocket: bool,
    close: bool,
    keep_alive: bool,
    /// Headers that concern this connection only, as the service named them.
    named: Vec<Vec<u8>>,
}

impl Headers {
    fn learn(&mut self, line: &[u8]) -> Result<(), Malformed> {
        self.count += 1;
        if self.count > MAX_HEADERS {
            return Err(Malformed("there are too many headers"));
        }
        let (key, value) = header(line)?;
        // The first letter tells most of them apart.
        if !matches!(key.first(), Some(b'c' | b'C' | b't' | b'T' | b'u' | b'U')) {
            return Ok(());
        }
        if key.eq_ignore_ascii_case(b"content-length") {
            if self.length.replace(length(value)?).is_some() {
                return Err(Malformed("the length of the body is told twice"));
            }
        } else if key.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Malformed("the body is encoded in an unknown way"));
            }
            self.is_chunked = true;
        } else if key.eq_ignore_ascii_case(b"upgrade") {
            self.is_websocket |= value.eq_ignore_ascii_case(b"websocket");
        } else if key.eq_ignore_ascii_case(b"connection") {
            for word in words(value) {
                let is = |other: &[u8]| word.eq_ignore_ascii_case(other);
                self.close |= is(b"close");
                self.keep_alive |= is(b"keep-alive");
                if !is(b"close") && !is(b"keep-alive") {
                    self.named.push(word.to_ascii_lowercase());
                }
            }
        }
        Ok(())
    }

    /// The lines that pass, of those that were learnt from.
    fn for_client(&self, mut lines: wire::Lines<'_>, bytes: usize) -> Lines {
        let mut passing = Lines::with_capacity(bytes + ROOM_FOR_OURS_BYTES);
        let mut lower = [0; 128];
        while let Ok(Some(line)) = lines.next() {
            let Ok((key, value)) = header(line) else { break };
            let Some(lower) = lower.get_mut(..key.len()) else {
                passing.add(&key.to_ascii_lowercase(), value);
                continue;
            };
            lower.copy_from_slice(key);
            lower.make_ascii_lowercase();
            if !self.named.iter().any(|named| named == lower) {
                headers::back(&mut passing, Name::of(lower), lower, value);
            }
        }
        passing
    }

    fn reply(
        self,
        status: StatusCode,
        is_old: bool,
        method: &Method,
        lines: Lines,
    ) -> Result<Reply, Malformed> {
        if self.is_chunked && (self.length.is_some() || is_old) {
            return Err(Malformed("the body is framed in two ways"));
        }
        let told = match (self.is_chunked, self.length) {
            (true, _) => Coming::Chunks,
            (false, Some(length)) => Coming::Length(length),
            (false, None) => Coming::UntilTheEnd,
        };
        let never_has_body = status.is_informational() || status == StatusCode::NO_CONTENT;
        let is_unchanged = status == StatusCode::NOT_MODIFIED;
        let has_none = never_has_body || is_unchanged || method == Method::HEAD;
        let size = match told {
            _ if never_has_body => Size::None,
            // It tells the length of what is not sent.
            Coming::Length(length) => Size::Known(length),
            Coming::Chunks if !is_unchanged => Size::Unknown,
            Coming::UntilTheEnd if !has_none => Size::Unknown,
            _ => Size::None,
        };
        let coming = if has_none || told == Coming::Length(0) { Coming::Nothing } else { told };
        let keeps = coming != Coming::UntilTheEnd
            && !self.close
            && (!is_old || self.keep_alive)
            && status != StatusCode::SWITCHING_PROTOCOLS;
        Ok(Reply { status, lines, size, is_websocket: self.is_websocket, coming, keeps })
    }
}

#[cfg(test)]
mod tests {
    use actix_http::Method;

    use super::{Coming, MAX_HEAD_BYTES, Reply};
    use crate::answer::Size;

    fn read(method: &Method, text: &str) -> Option<(Reply, usize)> {
        Reply::read(text.as_bytes(), method).unwrap()
    }

    #[test]
    fn an_answer_says_how_long_it_is() {
        use Coming::{Chunks, Length, Nothing, UntilTheEnd};

        for (method, head, coming, size, keeps) in [
            (Method::GET, "1.1 200 OK\r\ncontent-length: 5\r\n", Length(5), Size::Known(5), true),
            (Method::GET, "1.1 200\r\nContent-Length: 0\r\n", Nothing, Size::Known(0), true),
            (
                Method::GET,
                "1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n",
                Chunks,
                Size::Unknown,
                true,
            ),
            (Method::GET, "1.1 200 OK\r\n", UntilTheEnd, Size::Unknown, false),
            (Method::GET, "1.0 200 OK\r\ncontent-length: 5\r\n", Length(5), Size::Known(5), false),
            (
                Method::GET,
                "1.1 200 OK\r\nconnection: Close\r\ncontent-length: 5\r\n",
                Length(5),
                Size::Known(5),
                false,
            ),
            (Method::HEAD, "1.1 200 OK\r\ncontent-length: 5\r\n", Nothing, Size::Known(5), true),
            (
                Method::HEAD,
                "1.1 200 OK\r\ntransfer-encoding: chunked\r\n",
                Nothing,
                Size::Unknown,
                true,
            ),
            (Method::HEAD, "1.1 200 OK\r\n", Nothing, Size::None, true),
            (Method::GET, "1.1 204 No Content\r\n", Nothing, Size::None, true),
            (Method::GET, "1.1 304 \r\ncontent-length: 5\r\n", Nothing, Size::Known(5), true),
            (Method::GET, "1.1 304 \r\n", Nothing, Size::None, true),
            (Method::GET, "1.1 103 Early Hints\r\nlink: </x>\r\n", Nothing, Size::None, true),
        ] {
            let text = format!("HTTP/{head}\r\nmore");
            let (reply, length) = read(&method, &text).unwrap();
            assert_eq!(length, text.len() - 4, "{head}");
            assert_eq!((reply.coming, reply.size, reply.keeps), (coming, size, keeps), "{head}");
        }
    }

    #[test]
    fn an_answer_keeps_what_is_meant_for_the_client() {
        let text = "HTTP/1.1 200 OK\r\nconnection: X-Mine\r\nx-mine: 1\r\nkeep-alive: timeout=5\r\n\
                    access-control-allow-origin: *\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\
                    x-trace-id: 7\r\ndate: now\r\netag:\"7\"\r\ncontent-length: 2\r\n\r\n";
        let (reply, _) = read(&Method::GET, text).unwrap();
        let expected = "set-cookie: a=1\r\nset-cookie: b=2\r\ndate: now\r\netag: \"7\"\r\n";
        assert_eq!(String::from_utf8_lossy(reply.lines.as_bytes()), expected);
        assert!(reply.lines.has_date);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for head in [
            "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            "HTTP/1.1 200 OK\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1  200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\u{0}: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\na: x\r\n folded\r\n\r\n",
            "HTTP/1.1 200 OK\r\na : x\r\n\r\n",
            "HTTP/1.1 200 OK\r\na: x\rb: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            assert!(Reply::read(head.as_bytes(), &Method::GET).is_err(), "{head:?}");
        }
        assert!(read(&Method::GET, "HTTP/1.1 200 OK\r\ncontent-le").is_none());
        let endless = format!("HTTP/1.1 200 OK\r\n{}", "x: y\r\n".repeat(MAX_HEAD_BYTES / 6));
        assert!(Reply::read(endless.as_bytes(), &Method::GET).is_err());
        let long = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(MAX_HEAD_BYTES));
        assert!(Reply::read(long.as_bytes(), &Method::GET).is_err());
    }

    proptest::proptest! {
        /// No bytes bring it down, and none that are not there are said to be read.
        #[test]
        fn any_bytes_may_come(soup in proptest::collection::vec(0..255_u8, 0..300)) {
            for bytes in [soup.clone(), [b"HTTP/1.1 200 OK\r\n", &soup[..]].concat()] {
                if let Ok(Some((_, length))) = Reply::read(&bytes, &Method::GET) {
                    assert!(length <= bytes.len());
                }
            }
        }
    }
}
