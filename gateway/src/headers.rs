//! The headers that pass through the gateway, and those that do not.

use actix_http::Version;
use chassis::http::trace::Trace;

use crate::answer::Lines;
use crate::exchange::Exchange;
use crate::head::{Framing, Head};
use crate::wire::{Name, print, print_number, words};

/// Writes the headers that a request goes on with: the client's without those that concern one
/// connection only (RFC 9110, 7.6.1) or claim to come from a proxy or from us, and then ours.
pub fn onward(to: &mut Vec<u8>, head: &Head, exchange: &Exchange, host: &[u8]) {
    line(to, b"host", host);
    let continues_a_trace = head.get(Name::TraceParent).and_then(Trace::parse).is_some();
    let joins_cookies = head.version == Version::HTTP_2;
    for (name, key, value) in head.fields() {
        let passes = match name {
            Name::Host
            | Name::Claim
            | Name::ForwardedFor
            | Name::ForwardedProto
            | Name::ForwardedHost
            | Name::RequestId
            | Name::TraceParent => false,
            // The vendors' part of a trace means nothing in another one.
            Name::TraceState => continues_a_trace,
            Name::Cookie => !joins_cookies,
            // HTTP/1.0 knows no interim answers.
            Name::Expect => head.wishes.go_ahead && head.version == Version::HTTP_11,
            name => !name.is_hop_by_hop(),
        };
        if passes && !(head.wishes.names_more && is_named(head.values(Name::Connection), key)) {
            line(to, key, value);
        }
    }
    if joins_cookies {
        join_cookies(to, head);
    }
    let client = &exchange.client;
    to.extend_from_slice(b"x-forwarded-for: ");
    for hop in &client.before {
        to.extend_from_slice(hop.as_bytes());
        to.extend_from_slice(b", ");
    }
    to.extend_from_slice(head.peer.text.as_bytes());
    to.extend_from_slice(b"\r\n");
    line(to, b"x-forwarded-proto", client.scheme.as_bytes());
    if !client.host.is_empty() {
        line(to, b"x-forwarded-host", client.host.as_bytes());
    }
    to.extend_from_slice(b"forwarded: ");
    client.forwarded(to);
    to.extend_from_slice(b"\r\n");
    line(to, b"x-request-id", exchange.request_id().as_bytes());
    line(to, b"traceparent", exchange.traceparent().as_bytes());
    let via: &[u8] = match head.version {
        Version::HTTP_2 => b"2 gateway",
        Version::HTTP_10 => b"1.0 gateway",
        _ => b"1.1 gateway",
    };
    line(to, b"via", via);
}

/// Writes a token that came elsewhere.
pub fn bearer(to: &mut Vec<u8>, token: &str) {
    print(to, format_args!("authorization: Bearer {token}\r\n"));
}

/// Writes how the body of a request is framed, and what its connection is to become.
pub fn frame(to: &mut Vec<u8>, head: &Head, switches: bool) {
    if switches {
        return to.extend_from_slice(b"connection: upgrade\r\nupgrade: websocket\r\n");
    }
    match head.framing {
        // A wish that is passed over is not passed on.
        Framing::None | Framing::Upgrade => {}
        Framing::Length(bytes) => {
            to.extend_from_slice(b"content-length: ");
            print_number(to, bytes);
            to.extend_from_slice(b"\r\n");
        }
        Framing::Chunked => line(to, b"transfer-encoding", b"chunked"),
    }
    if head.wishes.trailers && head.version == Version::HTTP_11 {
        // What comes behind a body can be passed back.
        to.extend_from_slice(b"te: trailers\r\nconnection: te\r\n");
    }
}

/// HTTP/2 may send a cookie in crumbs, HTTP/1.1 may not (RFC 9113, 8.2.3).
fn join_cookies(to: &mut Vec<u8>, head: &Head) {
    let crumbs: Vec<&[u8]> = head.values(Name::Cookie).collect();
    if !crumbs.is_empty() {
        line(to, b"cookie", &crumbs.join(&b"; "[..]));
    }
}

/// Adds what a header of an answer means to the client.
pub(crate) fn back(to: &mut Lines, name: Name, key: &[u8], value: &[u8]) {
    let passes = match name {
        Name::AccessControl | Name::RequestId | Name::Ours => false,
        name => !name.is_hop_by_hop(),
    };
    if passes {
        to.has_date |= name == Name::Date;
        to.add(key, value);
    }
}

/// Whether a line behind a body means something to the client, and nothing to anyone between.
pub(crate) fn is_harmless_trailer(key: &[u8]) -> bool {
    let name = Name::of(&key.to_ascii_lowercase());
    let beginning = key.get(..8).unwrap_or_default();
    name == Name::Other && !beginning.eq_ignore_ascii_case(b"content-")
}

/// Whether `Connection` says that the header concerns this connection only.
pub(crate) fn is_named<'a>(mut connection: impl Iterator<Item = &'a [u8]>, key: &[u8]) -> bool {
    connection.any(|list| words(list).any(|word| word.eq_ignore_ascii_case(key)))
}

fn line(to: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    to.extend_from_slice(name);
    to.extend_from_slice(b": ");
    to.extend_from_slice(value);
    to.extend_from_slice(b"\r\n");
}

/// Writes the line that asks.
pub fn ask(to: &mut Vec<u8>, method: &str, target: &str) {
    print(to, format_args!("{method} {target} HTTP/1.1\r\n"));
}

#[cfg(test)]
mod tests {
    use super::{is_harmless_trailer, is_named};

    #[test]
    fn connection_names_more_headers() {
        let lines = [&b"close, X-Mine"[..], b"keep-alive,, x-yours ", b"\xff"];
        for (name, expected) in [("x-mine", true), ("x-yours", true), ("x-ours", false)] {
            assert_eq!(is_named(lines.into_iter(), name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn what_stands_behind_a_body_changes_nothing_about_it() {
        for (name, expected) in [
            ("x-sum", true),
            ("server-timing", true),
            ("Content-Length", false),
            ("content-encoding", false),
            ("Transfer-Encoding", false),
            ("x-trace-id", false),
            ("authorization", false),
            ("access-control-allow-origin", false),
        ] {
            assert_eq!(is_harmless_trailer(name.as_bytes()), expected, "{name}");
        }
    }
}
