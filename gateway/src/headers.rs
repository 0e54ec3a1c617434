//! The headers that pass through the gateway, and those that do not.

use std::fmt::{self, Write as _};

use actix_http::{RequestHead, Version};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use bytes::{Bytes, BytesMut};
use chassis::http::trace::Trace;

use crate::exchange::Exchange;

/// What a request goes on with: the client's headers without those that concern one connection
/// only (RFC 9110, 7.6.1) or claim to come from a proxy or from us, and then ours.
pub fn onward(
    head: &RequestHead,
    exchange: &Exchange,
    host: &http::HeaderValue,
) -> http::Result<http::HeaderMap> {
    let from = &head.headers;
    let named = named_in(from.get_all(header::CONNECTION).map(HeaderValue::as_bytes));
    let mut texts = Texts::with_capacity(from.iter().map(|(_, value)| value.len()).sum());
    let mut to = http::HeaderMap::with_capacity(from.len() + 8);
    to.insert(http::header::HOST, host.clone());
    for (name, value) in from {
        if !is_ours(name)
            && !is_hop_by_hop(name)
            && !named.iter().any(|other| other == name.as_str())
        {
            let name = http::HeaderName::from_bytes(name.as_str().as_bytes())?;
            to.append(name, http::HeaderValue::from_maybe_shared(texts.copy(value.as_bytes()))?);
        }
    }
    let mut set = |name: &'static str, text: fmt::Arguments<'_>| -> http::Result<()> {
        to.insert(name, http::HeaderValue::from_maybe_shared(texts.write(text))?);
        Ok(())
    };
    let client = &exchange.client;
    set("x-forwarded-for", format_args!("{}", client.route))?;
    set("x-forwarded-proto", format_args!("{}", client.scheme))?;
    if !client.host.is_empty() {
        set("x-forwarded-host", format_args!("{}", client.host))?;
    }
    set("forwarded", format_args!("{}", client.forwarded()))?;
    set("x-request-id", format_args!("{}", exchange.request_id()))?;
    set("traceparent", format_args!("{}", exchange.trace.traceparent()))?;
    if !continues_a_trace(from) {
        // The vendors' part of a trace means nothing in another one.
        to.remove("tracestate");
    }
    let via = match head.version {
        Version::HTTP_2 => "2 gateway",
        Version::HTTP_10 => "1.0 gateway",
        _ => "1.1 gateway",
    };
    to.append(http::header::VIA, http::HeaderValue::from_static(via));
    if head.version == Version::HTTP_2 {
        join_cookies(&mut to)?;
    }
    Ok(to)
}

/// HTTP/2 may send a cookie in crumbs, HTTP/1.1 may not (RFC 9113, 8.2.3).
fn join_cookies(to: &mut http::HeaderMap) -> http::Result<()> {
    let crumbs: Vec<&[u8]> =
        to.get_all(http::header::COOKIE).iter().map(http::HeaderValue::as_bytes).collect();
    if crumbs.len() > 1 {
        let whole = http::HeaderValue::from_bytes(&crumbs.join(&b"; "[..]))?;
        to.insert(http::header::COOKIE, whole);
    }
    Ok(())
}

/// What an answer comes back with.
pub fn back(from: &http::HeaderMap, to: &mut HeaderMap) {
    let lines = from.get_all(http::header::CONNECTION).iter();
    let named = named_in(lines.map(http::HeaderValue::as_bytes));
    let mut texts = Texts::with_capacity(from.iter().map(|(_, value)| value.len()).sum());
    for (name, value) in from {
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_str().as_bytes()),
            HeaderValue::from_maybe_shared(texts.copy(value.as_bytes())),
        ) else {
            continue;
        };
        let is_named = named.iter().any(|other| other == name.as_str());
        // Which pages may read an answer is for the gateway to say.
        let is_cors = name.as_str().starts_with("access-control-");
        if !is_hop_by_hop(&name) && !is_named && !is_cors {
            to.append(name, value);
        }
    }
}

/// The texts of all headers of a message, one behind the other in one piece of memory.
struct Texts(BytesMut);

/// Room for what is written beside what is copied.
const ROOM_FOR_OURS_BYTES: usize = 512;

impl Texts {
    fn with_capacity(bytes: usize) -> Self {
        Self(BytesMut::with_capacity(bytes + ROOM_FOR_OURS_BYTES))
    }

    fn copy(&mut self, text: &[u8]) -> Bytes {
        self.0.extend_from_slice(text);
        self.0.split().freeze()
    }

    fn write(&mut self, text: fmt::Arguments<'_>) -> Bytes {
        // It grows as needed, so it cannot fail.
        let _ = self.0.write_fmt(text);
        self.0.split().freeze()
    }
}

/// Headers that concern one connection only. Lengths are among them: each side frames its body
/// anew.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        *name,
        header::CONNECTION
            | header::TE
            | header::TRAILER
            | header::TRANSFER_ENCODING
            | header::UPGRADE
            | header::CONTENT_LENGTH
            | header::PROXY_AUTHENTICATE
            | header::PROXY_AUTHORIZATION
            // Answered by the listener before the request comes here.
            | header::EXPECT
    ) || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

/// Headers by which the platform's own parts tell each other who asks. From a client they are lies.
fn is_ours(name: &HeaderName) -> bool {
    if matches!(*name, header::HOST | header::FORWARDED) {
        return true;
    }
    let name = name.as_str();
    name.starts_with("x-")
        && (name.starts_with("x-forwarded-")
            || [
                "x-user-",
                "x-auth-",
                "x-authenticated-",
                "x-identity-",
                "x-internal-",
                "x-session-",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || matches!(
                name,
                "x-user"
                    | "x-role"
                    | "x-roles"
                    | "x-real-ip"
                    | "x-client-ip"
                    | "x-original-url"
                    | "x-rewrite-url"
            ))
}

/// The headers that `Connection` says concern this connection only.
fn named_in<'a>(connection: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    connection
        .filter_map(|line| std::str::from_utf8(line).ok())
        .flat_map(|line| line.split(','))
        .map(|token| token.trim().to_ascii_lowercase())
        .filter(|token| !matches!(token.as_str(), "" | "keep-alive" | "close"))
        .collect()
}

fn continues_a_trace(headers: &HeaderMap) -> bool {
    let parent = headers.get("traceparent").and_then(|value| value.to_str().ok());
    parent.and_then(Trace::parse).is_some()
}

#[cfg(test)]
mod tests {
    use super::{back, is_hop_by_hop, is_ours, named_in};
    use actix_web::http::header::{HeaderMap, HeaderName};

    #[test]
    fn what_claims_to_come_from_us_is_told_apart() {
        for (name, expected) in [
            ("x-user-id", true),
            ("x-forwarded-for", true),
            ("x-real-ip", true),
            ("forwarded", true),
            ("host", true),
            ("x-request-id", false),
            ("x-users", false),
            ("x-role", true),
            ("x-auth-request-email", true),
            ("accept", false),
        ] {
            assert_eq!(is_ours(&HeaderName::from_static(name)), expected, "{name}");
        }
    }

    #[test]
    fn connection_names_more_headers() {
        let lines = [&b"close, X-Mine"[..], b"keep-alive,, x-yours ", b"\xff"];
        assert_eq!(named_in(lines.into_iter()), ["x-mine", "x-yours"]);
        assert!(is_hop_by_hop(&HeaderName::from_static("te")));
        assert!(!is_hop_by_hop(&HeaderName::from_static("date")));
    }

    #[test]
    fn an_answer_keeps_what_is_meant_for_the_client() {
        let mut from = http::HeaderMap::new();
        for (name, value) in [
            ("connection", "x-mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("access-control-allow-origin", "*"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("etag", "\"7\""),
        ] {
            from.append(name, value.parse().unwrap());
        }
        let mut to = HeaderMap::new();
        back(&from, &mut to);
        assert_eq!(to.len(), 3);
        let cookies: Vec<_> = to.get_all("set-cookie").map(|v| v.to_str().unwrap()).collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        assert!(to.contains_key("etag"));
    }
}
