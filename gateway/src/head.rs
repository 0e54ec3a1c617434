//! The head of a request, as all phases see it, whichever version of HTTP it came in.

mod read;

use std::net::IpAddr;
use std::ops::Range;
use std::rc::Rc;

use actix_http::{Method, Payload, RequestHead, Version};
use bytes::BytesMut;

use crate::wire::Name;

pub use read::{Parsed, Refusal, read};

/// How the body of a request is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// So many bytes, none perhaps.
    Length(u64),
    /// In chunks, for as long as it likes.
    Chunked,
    /// There is none, and after the answer another protocol begins.
    Upgrade,
}

/// Whose a connection is, with its address as a text, which many headers and lines want.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// The same.
    pub text: Rc<str>,
}

impl Peer {
    /// The peer at an address.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, text: address.to_string().into() }
    }
}

/// What a client wishes its connection to become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that is said or not")]
pub struct Wishes {
    /// `Connection: close`
    pub close: bool,
    /// `Connection: keep-alive`
    pub keep_alive: bool,
    /// `Connection: upgrade`
    pub upgrade: bool,
    /// It names headers that concern this connection only.
    pub names_more: bool,
    /// `Expect: 100-continue`
    pub go_ahead: bool,
    /// `TE: trailers`
    pub trailers: bool,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    name: Name,
    key: Range<usize>,
    value: Range<usize>,
}

/// The first line and the headers, in one piece of memory.
#[derive(Debug)]
pub struct Head {
    /// The method.
    pub method: Method,
    /// The version it came in.
    pub version: Version,
    /// Whose connection it came on.
    pub peer: Peer,
    /// How its body is framed.
    pub framing: Framing,
    /// What is to become of its connection.
    pub wishes: Wishes,
    text: BytesMut,
    authority: Range<usize>,
    path: Range<usize>,
    target: Range<usize>,
    fields: Vec<Field>,
}

impl Head {
    /// The head that was [read](read()) in `text`.
    pub fn new(parsed: Parsed, mut text: BytesMut, peer: Peer) -> Result<Self, Refusal> {
        let method = text.get(parsed.method).unwrap_or_default();
        let method = Method::from_bytes(method).map_err(|_| Refusal::Malformed("no method"))?;
        for field in &parsed.fields {
            if let Some(name) = text.get_mut(field.key.clone()) {
                name.make_ascii_lowercase();
            }
        }
        Ok(Self {
            method,
            version: if parsed.is_old { Version::HTTP_10 } else { Version::HTTP_11 },
            peer,
            framing: parsed.framing,
            wishes: parsed.wishes,
            text,
            authority: parsed.authority,
            path: parsed.path,
            target: parsed.target,
            fields: parsed.fields,
        })
    }

    /// What stands for a head that cannot be read.
    #[must_use]
    pub fn unreadable(peer: Peer) -> Self {
        Self {
            method: Method::from_bytes(b"REFUSED").unwrap_or_default(),
            version: Version::HTTP_11,
            peer,
            framing: Framing::None,
            wishes: Wishes { close: true, ..Wishes::default() },
            text: BytesMut::from("/"),
            authority: 0..0,
            path: 0..1,
            target: 0..1,
            fields: Vec::new(),
        }
    }

    /// The head of a request that came in frames (HTTP/2), where the framework has read it.
    #[must_use]
    pub fn of_frames(from: &RequestHead, payload: &Payload) -> Self {
        let peer = from.peer_addr.map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        let mut text = BytesMut::new();
        let mut put = |bytes: &[u8]| {
            let begin = text.len();
            text.extend_from_slice(bytes);
            begin..text.len()
        };
        let authority = put(from.uri.authority().map_or("", |named| named.as_str()).as_bytes());
        let path = put(from.uri.path().as_bytes());
        let mut target = path.clone();
        if let Some(query) = from.uri.query() {
            put(b"?");
            target.end = put(query.as_bytes()).end;
        }
        let mut fields = Vec::with_capacity(from.headers.len());
        let mut length = None;
        for (key, value) in &from.headers {
            let name = Name::of(key.as_str().as_bytes());
            if name == Name::ContentLength {
                length = value.to_str().ok().and_then(|text| text.trim().parse().ok());
            }
            let (key, value) = (put(key.as_str().as_bytes()), put(value.as_bytes()));
            fields.push(Field { name, key, value });
        }
        let framing = match (length, payload) {
            (Some(length), _) => Framing::Length(length),
            // It has frames of its own, and a body need not tell its length.
            (None, Payload::None) => Framing::None,
            (None, _) => Framing::Chunked,
        };
        Self {
            method: from.method.clone(),
            version: from.version,
            peer: Peer::at(peer),
            framing,
            wishes: Wishes::default(),
            text,
            authority,
            path,
            target,
            fields,
        }
    }

    fn text(&self, range: &Range<usize>) -> &str {
        // What was let in as a target is ASCII.
        std::str::from_utf8(self.bytes(range)).unwrap_or_default()
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The path, as the client wrote it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text(&self.path)
    }

    /// What stands behind the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target().get(self.path.len() + 1..)
    }

    /// The path with the query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.text(&self.target)
    }

    /// The host in front of the path, if the client wrote one there.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        Some(self.text(&self.authority)).filter(|text| !text.is_empty())
    }

    /// Whether a body comes behind it.
    #[must_use]
    pub const fn has_body(&self) -> bool {
        matches!(self.framing, Framing::Length(1..) | Framing::Chunked)
    }

    /// Whether there is such a header.
    #[must_use]
    pub fn has(&self, name: Name) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// The value of the first such header, if it is a text.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&str> {
        ascii(self.values(name).next()?)
    }

    /// The values of all such headers.
    #[must_use]
    pub fn values(&self, name: Name) -> impl DoubleEndedIterator<Item = &[u8]> {
        let named = self.fields.iter().filter(move |field| field.name == name);
        named.map(|field| self.bytes(&field.value))
    }

    /// All headers, with their names in lower case.
    pub fn fields(&self) -> impl Iterator<Item = (Name, &[u8], &[u8])> {
        let bytes = |range| self.bytes(range);
        self.fields.iter().map(move |field| (field.name, bytes(&field.key), bytes(&field.value)))
    }

    /// The value of the header with this name, whatever it is.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&str> {
        let field = self.fields().find(|(_, key, _)| *key == name.as_bytes());
        ascii(field?.2)
    }
}

/// The text, if it is one that everybody reads alike.
fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Head, Peer, read};
    use crate::wire::Name;

    #[test]
    fn a_head_is_what_was_sent() {
        let text = "GET http://shop.example/v1/items?q=%20 HTTP/1.1\r\nHost: x\r\n\
                    X-Request-ID: 7 \r\nAccept: a\r\nACCEPT: b\r\n\r\n";
        let parsed = read(text.as_bytes()).unwrap().unwrap();
        let peer = Peer::at("::ffff:192.0.2.1".parse().unwrap());
        let head = Head::new(parsed, BytesMut::from(text), peer).unwrap();
        assert_eq!((head.path(), head.query()), ("/v1/items", Some("q=%20")));
        assert_eq!(head.target(), "/v1/items?q=%20");
        assert_eq!(head.authority(), Some("shop.example"));
        assert_eq!(head.get(Name::RequestId), Some("7"));
        assert_eq!((head.named("accept"), head.named("nothing")), (Some("a"), None));
        let names: Vec<_> = head.fields().map(|(_, name, _)| name.to_vec()).collect();
        assert_eq!(names, [&b"host"[..], b"x-request-id", b"accept", b"accept"]);
        assert_eq!(&*head.peer.text, "192.0.2.1");
    }
}
