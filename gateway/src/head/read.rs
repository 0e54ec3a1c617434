//! Reads the head of a request (RFC 9112, 2 and 3) more strictly than parsers do.
//!
//! Parsers differ in what they forgive, and between two that differ a request can be smuggled past
//! the one that checks it. So nothing is forgiven here: a line ends with CR LF, a header begins at
//! the beginning of its line, and there is one way to say how long the body is.

use std::ops::Range;

use super::{Field, Framing, Wishes};
use crate::wire::{Lines, Malformed, Name, header, is_token, length, words};

/// The longest head, and the longest first line.
const MAX_HEAD_BYTES: usize = 16 * 1024;
const MAX_LINE_BYTES: usize = 8 * 1024;
/// The most headers.
const MAX_HEADERS: usize = 90;
/// Names longer than this mean nothing to us.
const MAX_KNOWN_NAME_BYTES: usize = 64;

/// Why a connection is not listened to any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no HTTP, or could be read in two ways.
    Malformed(&'static str),
    /// The head is too long.
    HeadTooLarge,
    /// The address asked for is too long.
    TargetTooLong,
    /// The head did not arrive in time.
    TooSlow,
}

impl From<Malformed> for Refusal {
    fn from(Malformed(why): Malformed) -> Self {
        Self::Malformed(why)
    }
}

/// A whole head, as places in the bytes that were read.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    /// How long it is.
    pub length: usize,
    /// How the body behind it is framed.
    pub framing: Framing,
    pub(super) method: Range<usize>,
    pub(super) is_old: bool,
    pub(super) authority: Range<usize>,
    pub(super) path: Range<usize>,
    pub(super) target: Range<usize>,
    pub(super) wishes: Wishes,
    pub(super) fields: Vec<Field>,
}

/// Looks at the head that begins here. Nothing, if it is not yet whole.
pub fn read(bytes: &[u8]) -> Result<Option<Parsed>, Refusal> {
    let mut lines = Lines::of(bytes);
    // A server is to pass over an empty line before a request.
    let (begin, first) = loop {
        let begin = lines.at();
        match lines.next()? {
            Some([]) => {}
            Some(line) => break (begin, line),
            None if lines.rest().len() > MAX_LINE_BYTES => return Err(Refusal::TargetTooLong),
            None => return Ok(None),
        }
    };
    let request = RequestLine::read(begin, first)?;
    let mut headers = Headers::default();
    loop {
        let begin = lines.at();
        let Some(line) = lines.next()? else { break };
        if line.is_empty() {
            let length = lines.at();
            if length > MAX_HEAD_BYTES {
                return Err(Refusal::HeadTooLarge);
            }
            return Ok(Some(Parsed {
                length,
                framing: headers.framing(request.is_old)?,
                method: request.method,
                is_old: request.is_old,
                authority: request.authority,
                path: request.path,
                target: request.target,
                wishes: headers.wishes,
                fields: headers.fields,
            }));
        }
        headers.add(begin, line)?;
    }
    if bytes.len() > MAX_HEAD_BYTES { Err(Refusal::HeadTooLarge) } else { Ok(None) }
}

/// `GET /path HTTP/1.1`
struct RequestLine {
    method: Range<usize>,
    is_old: bool,
    authority: Range<usize>,
    path: Range<usize>,
    target: Range<usize>,
}

impl RequestLine {
    fn read(begin: usize, line: &[u8]) -> Result<Self, Refusal> {
        const NONE: Refusal = Refusal::Malformed("the first line is none of HTTP/1.1");

        if line.len() > MAX_LINE_BYTES {
            return Err(Refusal::TargetTooLong);
        }
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(whole), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NONE);
        };
        let is_old = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            _ => return Err(NONE),
        };
        if !is_token(method) || whole.is_empty() || !whole.iter().copied().all(is_of_target) {
            return Err(NONE);
        }
        let at = begin + method.len() + 1;
        let before = before_path(whole)?;
        let target = at + before.end..at + whole.len();
        let rest = whole.get(before.end..).unwrap_or_default();
        let path_length = memchr::memchr(b'?', rest).unwrap_or(rest.len());
        Ok(Self {
            method: begin..begin + method.len(),
            is_old,
            authority: at + before.start..at + before.end,
            path: target.start..target.start + path_length,
            target,
        })
    }
}

/// What may stand in a target. No fragment: a client keeps that to itself.
fn is_of_target(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'#' | b'<' | b'>')
}

/// Where the host stands in a target with one in it (RFC 9112, 3.2.2), which is before its path.
fn before_path(target: &[u8]) -> Result<Range<usize>, Refusal> {
    let has_scheme = |scheme: &[u8]| {
        target.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    let begin = match target {
        // A path, or all there is (`*`).
        [b'/', ..] | [b'*'] => return Ok(0..0),
        _ if has_scheme(b"http://") => 7,
        _ if has_scheme(b"https://") => 8,
        _ => return Err(Refusal::Malformed("the target is none of ours")),
    };
    let rest = target.get(begin..).unwrap_or_default();
    let length = memchr::memchr2(b'/', b'?', rest).unwrap_or(rest.len());
    let host = rest.get(..length).unwrap_or_default();
    let is_of_host = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]".contains(byte);
    if host.is_empty() || !host.iter().all(is_of_host) || rest.get(length) != Some(&b'/') {
        return Err(Refusal::Malformed("the target has no proper host"));
    }
    Ok(begin..begin + length)
}

/// What the headers say about the message.
#[derive(Default)]
struct Headers {
    fields: Vec<Field>,
    hosts: usize,
    length: Option<u64>,
    is_chunked: bool,
    is_websocket: bool,
    wishes: Wishes,
}

impl Headers {
    fn add(&mut self, begin: usize, line: &[u8]) -> Result<(), Refusal> {
        if self.fields.len() == MAX_HEADERS {
            return Err(Refusal::HeadTooLarge);
        }
        if self.fields.capacity() == 0 {
            self.fields.reserve(16);
        }
        let (key, value) = header(line)?;
        let mut lower = [0; MAX_KNOWN_NAME_BYTES];
        let name = lower.get_mut(..key.len()).map_or(Name::Other, |lower| {
            lower.copy_from_slice(key);
            lower.make_ascii_lowercase();
            Name::of(lower)
        });
        self.learn(name, value)?;
        // The value begins behind the colon and the space after it.
        let space = line.get(key.len() + 1..).unwrap_or_default();
        let space = space.len() - space.trim_ascii_start().len();
        let at = begin + key.len() + 1 + if value.is_empty() { 0 } else { space };
        let field = Field { name, key: begin..begin + key.len(), value: at..at + value.len() };
        self.fields.push(field);
        Ok(())
    }

    fn learn(&mut self, name: Name, value: &[u8]) -> Result<(), Refusal> {
        match name {
            Name::Host => self.hosts += 1,
            Name::Upgrade => self.is_websocket |= value.eq_ignore_ascii_case(b"websocket"),
            Name::Expect => self.wishes.go_ahead |= value.eq_ignore_ascii_case(b"100-continue"),
            Name::Te => {
                let is_trailers = |word: &[u8]| word.eq_ignore_ascii_case(b"trailers");
                self.wishes.trailers |= words(value).any(is_trailers);
            }
            Name::Connection => {
                for word in words(value) {
                    let is = |other: &str| word.eq_ignore_ascii_case(other.as_bytes());
                    if is("close") {
                        self.wishes.close = true;
                    } else if is("keep-alive") {
                        self.wishes.keep_alive = true;
                    } else {
                        self.wishes.upgrade |= is("upgrade");
                        self.wishes.names_more = true;
                    }
                }
            }
            Name::ContentLength => {
                let twice = self.length.replace(length(value)?).is_some();
                if twice {
                    return Err(Refusal::Malformed("the length of the body is told twice"));
                }
            }
            Name::TransferEncoding => {
                if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Refusal::Malformed("the body is encoded in an unknown way"));
                }
                self.is_chunked = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn framing(&self, is_old: bool) -> Result<Framing, Refusal> {
        if self.hosts > 1 || (self.hosts == 0 && !is_old) {
            return Err(Refusal::Malformed("there must be one host"));
        }
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(Refusal::Malformed("the body is framed in two ways")),
            (true, None) if is_old => Err(Refusal::Malformed("HTTP/1.0 knows no chunks")),
            // Whoever passes over the wish would read a body, whoever grants it none.
            (true, None) | (false, Some(1..)) if self.is_websocket => {
                Err(Refusal::Malformed("a handshake has no body"))
            }
            (true, None) => Ok(Framing::Chunked),
            _ if self.is_websocket => Ok(Framing::Upgrade),
            (false, Some(length)) => Ok(Framing::Length(length)),
            (false, None) => Ok(Framing::None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, MAX_HEAD_BYTES, MAX_HEADERS, Refusal, read};

    fn framing(head: &str) -> Option<Framing> {
        read(head.as_bytes()).unwrap().map(|head| head.framing)
    }

    #[test]
    fn proper_heads_are_taken() {
        for (headers, expected) in [
            ("host: x\r\n", Framing::None),
            ("Host: x\r\nContent-Length: 5 \r\n", Framing::Length(5)),
            ("Host: x\r\nContent-Length: 0\r\n", Framing::Length(0)),
            ("host: x\r\nTransfer-Encoding: Chunked\r\n", Framing::Chunked),
            ("host: x\r\nupgrade: WebSocket\r\n", Framing::Upgrade),
            ("host: x\r\nupgrade: h2c\r\n", Framing::None),
            ("host: x\r\nx:\r\nz:  \r\ny: a:b \"c\"\r\n", Framing::None),
        ] {
            assert_eq!(framing(&format!("GET /a?b HTTP/1.1\r\n{headers}\r\nmore")), Some(expected));
        }
        assert_eq!(framing("GET / HTTP/1.0\r\n\r\n"), Some(Framing::None));
        let empty_lines = "\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n";
        let head = read(empty_lines.as_bytes()).unwrap().unwrap();
        assert_eq!((head.length, &empty_lines[head.target]), (empty_lines.len(), "/"));
    }

    #[test]
    fn what_a_client_wishes_is_heard() {
        let head = "GET / HTTP/1.1\r\nhost: x\r\nconnection: Keep-Alive, x-mine\r\n\
                    connection: Close\r\nexpect: 100-Continue\r\nTE: deflate, Trailers\r\n\r\n";
        let wishes = read(head.as_bytes()).unwrap().unwrap().wishes;
        assert!(wishes.close && wishes.keep_alive && wishes.names_more && !wishes.upgrade);
        assert!(wishes.go_ahead && wishes.trailers);
    }

    #[test]
    fn a_target_has_a_path() {
        for (target, authority, path, query) in [
            ("/", "", "/", ""),
            ("*", "", "*", ""),
            ("/a/b?c=d?e", "", "/a/b", "?c=d?e"),
            ("http://h:1/a?b", "h:1", "/a", "?b"),
            ("HTTPS://[::1]/a", "[::1]", "/a", ""),
        ] {
            let head = format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n");
            let parsed = read(head.as_bytes()).unwrap().unwrap();
            assert_eq!(&head[parsed.authority], authority, "{target}");
            assert_eq!(head[parsed.path.clone()], *path, "{target}");
            assert_eq!(&head[parsed.path.end..parsed.target.end], query, "{target}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not() {
        for head in [
            "GET / HTTP/1.1\nhost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\n",
            "GET / HTTP/1.1\r\nhost: x\rx: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\0\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\u{b}\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n folded: yes\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\tfolded\r\n\r\n",
            "GET / HTTP/1.1\r\nhost : x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost\r\n\r\n",
            "GET / HTTP/1.1\r\n: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\nh\u{e9}: 1\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
            "GET  / HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET / HTTP/1.1 \r\nhost: x\r\n\r\n",
            "GET / a HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET /\u{e9} HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET /a#b HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET /<a> HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET a HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET ?a HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET ftp://h/ HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET http:///a HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET http://h HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET http://u@h/ HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET http://h?/ HTTP/1.1\r\nhost: x\r\n\r\n",
            "CONNECT h:443 HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET / HTTP/2.0\r\nhost: x\r\n\r\n",
            "GET / http/1.1\r\nhost: x\r\n\r\n",
            "GET /\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5, 5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: +5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0x5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length:\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 18446744073709551616\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: identity\r\n\r\n",
            "POST / HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\ncontent-length: 5\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            let read = read(head.as_bytes());
            assert!(matches!(read, Err(Refusal::Malformed(_))), "{head:?}: {read:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_before_its_end() {
        let long = "a".repeat(MAX_HEAD_BYTES);
        assert_eq!(read(format!("GET /{long}").as_bytes()), Err(Refusal::TargetTooLong));
        let head = format!("GET / HTTP/1.1\r\nhost: x\r\ny: {long}");
        assert_eq!(read(head.as_bytes()), Err(Refusal::HeadTooLarge));
        let many = "x: 1\r\n".repeat(MAX_HEADERS + 1);
        let head = format!("GET / HTTP/1.1\r\n{many}");
        assert_eq!(read(head.as_bytes()), Err(Refusal::HeadTooLarge));
    }

    proptest::proptest! {
        /// A head is whole at its last byte and not before, and no bytes bring it down.
        #[test]
        fn a_head_is_read_as_it_comes(cut in 0..60_usize, soup in proptest::collection::vec(0..255_u8, 0..200)) {
            let head = "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n";
            if let Some(part) = head.get(..cut) {
                assert_eq!(read(part.as_bytes()).unwrap().is_some(), cut == head.len());
            }
            let _ = read(&soup);
        }
    }
}
