//! The head of a request (RFC 9112, 2 and 3), looked at more strictly than the parser behind it.
//!
//! Parsers differ in what they forgive, and between two that differ a request can be smuggled past
//! the one that checks it. So nothing is forgiven here: a line ends with CR LF, a header begins at
//! the beginning of its line, and there is one way to say how long the body is.

/// The longest head, and the longest first line.
pub(super) const MAX_HEAD_BYTES: usize = 16 * 1024;
const MAX_LINE_BYTES: usize = 8 * 1024;
/// The most headers. The parser behind takes no more than 96.
const MAX_HEADERS: usize = 90;

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

/// What comes after a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes, none perhaps.
    Length(u64),
    /// Chunks.
    Chunked,
    /// Another protocol, for as long as the connection lasts.
    Other,
}

/// A whole head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// How long it is.
    pub(super) length: usize,
    /// What comes after it.
    pub(super) body: Body,
}

/// Looks at the head that begins here. Nothing, if it is not yet whole.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Head>, Refusal> {
    let mut lines = Lines { rest: bytes };
    // A server is to pass over an empty line before a request.
    let first = loop {
        match lines.next()? {
            Some([]) => {}
            Some(line) => break line,
            None if lines.rest.len() > MAX_LINE_BYTES => return Err(Refusal::TargetTooLong),
            None => return Ok(None),
        }
    };
    let is_old = request_line(first)?;
    let mut fields = Fields::default();
    while let Some(line) = lines.next()? {
        if line.is_empty() {
            let length = bytes.len() - lines.rest.len();
            if length > MAX_HEAD_BYTES {
                return Err(Refusal::HeadTooLarge);
            }
            return Ok(Some(Head { length, body: fields.body(is_old)? }));
        }
        fields.add(line)?;
    }
    if bytes.len() > MAX_HEAD_BYTES { Err(Refusal::HeadTooLarge) } else { Ok(None) }
}

/// Lines that end with CR LF and have neither within.
pub(super) struct Lines<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Lines<'a> {
    /// The next line without its end; nothing if it is not whole.
    pub(super) fn next(&mut self) -> Result<Option<&'a [u8]>, Refusal> {
        let Some(end) = memchr::memchr(b'\n', self.rest) else { return Ok(None) };
        let (line, rest) = self.rest.split_at_checked(end + 1).unwrap_or_default();
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(Refusal::Malformed("a line ends without CR LF"));
        };
        if memchr::memchr2(b'\r', 0, line).is_some() {
            return Err(Refusal::Malformed("a line has a control character in it"));
        }
        self.rest = rest;
        Ok(Some(line))
    }
}

/// `GET /path HTTP/1.1`. Says whether it is HTTP/1.0.
fn request_line(line: &[u8]) -> Result<bool, Refusal> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Refusal::TargetTooLong);
    }
    let mut parts = line.split(|byte| *byte == b' ');
    let (method, target, version) = (parts.next(), parts.next(), parts.next());
    let is_token = method.is_some_and(is_token);
    let is_visible =
        target.is_some_and(|target| !target.is_empty() && target.iter().all(u8::is_ascii_graphic));
    match version {
        Some(b"HTTP/1.1") if is_token && is_visible && parts.next().is_none() => Ok(false),
        Some(b"HTTP/1.0") if is_token && is_visible && parts.next().is_none() => Ok(true),
        _ => Err(Refusal::Malformed("the first line is none of HTTP/1.1")),
    }
}

fn is_token(bytes: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_sign)
}

/// What the headers say about the message.
#[derive(Default)]
struct Fields {
    count: usize,
    hosts: usize,
    length: Option<u64>,
    is_chunked: bool,
    is_websocket: bool,
}

impl Fields {
    fn add(&mut self, line: &[u8]) -> Result<(), Refusal> {
        self.count += 1;
        if self.count > MAX_HEADERS {
            return Err(Refusal::HeadTooLarge);
        }
        let colon = memchr::memchr(b':', line).unwrap_or_default();
        let (name, value) = line.split_at_checked(colon).unwrap_or_default();
        if !is_token(name) {
            return Err(Refusal::Malformed("a header has no proper name"));
        }
        let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.hosts += 1,
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.is_websocket |= value.eq_ignore_ascii_case(b"websocket");
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                let twice = self.length.replace(length(value)?).is_some();
                if twice {
                    return Err(Refusal::Malformed("the length of the body is told twice"));
                }
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Refusal::Malformed("the body is encoded in an unknown way"));
                }
                self.is_chunked = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn body(&self, is_old: bool) -> Result<Body, Refusal> {
        if self.hosts > 1 || (self.hosts == 0 && !is_old) {
            return Err(Refusal::Malformed("there must be one host"));
        }
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(Refusal::Malformed("the body is framed in two ways")),
            (true, None) if is_old => Err(Refusal::Malformed("HTTP/1.0 knows no chunks")),
            (true, None) => Ok(Body::Chunked),
            // The parser behind reads no body then, whatever its length is said to be.
            (false, Some(length)) if length > 0 && self.is_websocket => {
                Err(Refusal::Malformed("a handshake has no body"))
            }
            _ if self.is_websocket => Ok(Body::Other),
            (false, length) => Ok(Body::Length(length.unwrap_or(0))),
        }
    }
}

fn length(value: &[u8]) -> Result<u64, Refusal> {
    let digits = std::str::from_utf8(value).ok().filter(|text| !text.starts_with('+'));
    let length = digits.and_then(|text| text.parse().ok());
    length.ok_or(Refusal::Malformed("the length of the body is no number"))
}

#[cfg(test)]
mod tests {
    use super::{Body, Head, MAX_HEAD_BYTES, MAX_HEADERS, Refusal, read};

    fn body(head: &str) -> Option<Body> {
        read(head.as_bytes()).unwrap().map(|head| head.body)
    }

    #[test]
    fn proper_heads_are_taken() {
        for (headers, expected) in [
            ("host: x\r\n", Body::Length(0)),
            ("Host: x\r\nContent-Length: 5 \r\n", Body::Length(5)),
            ("host: x\r\nTransfer-Encoding: Chunked\r\n", Body::Chunked),
            ("host: x\r\nupgrade: WebSocket\r\n", Body::Other),
            ("host: x\r\nupgrade: h2c\r\n", Body::Length(0)),
            ("host: x\r\nx:\r\ny: a:b \"c\"\r\n", Body::Length(0)),
        ] {
            assert_eq!(body(&format!("GET /a?b HTTP/1.1\r\n{headers}\r\nmore")), Some(expected));
        }
        assert_eq!(body("GET / HTTP/1.0\r\n\r\n"), Some(Body::Length(0)));
        let empty_lines = "\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n";
        let head = Head { length: empty_lines.len(), body: Body::Length(0) };
        assert_eq!(read(empty_lines.as_bytes()), Ok(Some(head)));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not() {
        for head in [
            "GET / HTTP/1.1\nhost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\n",
            "GET / HTTP/1.1\r\nhost: x\rx: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\0\r\n\r\n",
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
