//! Who the client is, also behind proxies of ours.
//!
//! Only a proxy on the list is believed. `X-Forwarded-For` is read from the right: each hop that is
//! on the list vouches for the one before it, and the first that is not is the client. What stands
//! further left anyone may have written, so it is dropped.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_http::RequestHead;
use actix_web::http::header::{HOST, HeaderMap, HeaderName};
use actix_web::http::uri::Authority;

use crate::network::Network;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The client, as the services are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub address: IpAddr,
    /// Its address and those of the proxies between, for `X-Forwarded-For`.
    pub route: String,
    /// The scheme it used.
    pub scheme: &'static str,
    /// The host it asked for. Empty if it named none, as HTTP/1.0 allows.
    pub host: String,
}

impl Client {
    /// The client of a request.
    #[must_use]
    pub fn of(head: &RequestHead, trusted: &[Network], is_secure: bool) -> Self {
        let peer = head.peer_addr.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        let (headers, uri) = (&head.headers, &head.uri);
        // A target with a host in it overrules the header (RFC 9112, 3.2.2).
        let host = uri.authority().map(Authority::as_str);
        let host = host.or_else(|| text(headers, &HOST)).unwrap_or_default();
        let mut client = Self::from_parts(peer.to_canonical(), host, headers, trusted);
        if is_secure {
            client.scheme = "https";
        }
        client
    }

    fn from_parts(peer: IpAddr, host: &str, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
        let mut address = peer;
        let mut route = peer.to_string();
        if !is_trusted(peer) {
            return Self { address, route, scheme: "http", host: host.to_owned() };
        }
        let lines = headers.get_all(&FORWARDED_FOR).rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while is_trusted(address)
            && let Some(before) = hops.next().and_then(|hop| parse(hop.trim()))
        {
            address = before;
            route.insert_str(0, &format!("{before}, "));
        }
        let secure = text(headers, &FORWARDED_PROTO)
            .is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"));
        let host = text(headers, &FORWARDED_HOST).unwrap_or(host).to_owned();
        Self { address, route, scheme: if secure { "https" } else { "http" }, host }
    }

    /// The same for the `Forwarded` header (RFC 7239).
    #[must_use]
    pub fn forwarded(&self) -> String {
        let mut text = String::with_capacity(self.route.len() + self.host.len() + 40);
        // Writing to a String cannot fail.
        let _ = match self.address {
            IpAddr::V4(address) => write!(text, "for={address}"),
            IpAddr::V6(address) => write!(text, "for=\"[{address}]\""),
        };
        let _ = write!(text, ";proto={}", self.scheme);
        // A host with a quote or a backslash in it is none.
        if !self.host.is_empty() && !self.host.contains(['"', '\\']) {
            let _ = write!(text, ";host=\"{}\"", self.host);
        }
        text
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// An address, with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    hop.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{Client, FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO};

    fn client(peer: &str, forwarded_for: &[&'static str], trusted: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for line in forwarded_for {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static("https"));
        headers.insert(FORWARDED_HOST, HeaderValue::from_static("app.example"));
        let trusted: Vec<_> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Client::from_parts(peer.parse().unwrap(), "gateway:1", &headers, &trusted)
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let client = client("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]);
        assert_eq!(client.route, "203.0.113.9");
        assert_eq!((client.scheme, client.host.as_str()), ("http", "gateway:1"));
        assert_eq!(client.forwarded(), "for=203.0.113.9;proto=http;host=\"gateway:1\"");
    }

    #[test]
    fn each_trusted_hop_vouches_for_the_one_before() {
        for (lines, address, route) in [
            (&["1.2.3.4"][..], "1.2.3.4", "1.2.3.4, 10.0.0.1"),
            (&["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4", "1.2.3.4, 10.0.0.2, 10.0.0.1"),
            (&["6.6.6.6", "1.2.3.4:555"], "1.2.3.4", "1.2.3.4, 10.0.0.1"),
            (&["[2001:db8::7]:443"], "2001:db8::7", "2001:db8::7, 10.0.0.1"),
            (&["1.2.3.4, nonsense"], "10.0.0.1", "10.0.0.1"),
            (&["10.0.0.3"], "10.0.0.3", "10.0.0.3, 10.0.0.1"),
            (&[], "10.0.0.1", "10.0.0.1"),
        ] {
            let client = client("10.0.0.1", lines, &["10.0.0.0/8"]);
            assert_eq!(client.address.to_string(), address, "{lines:?}");
            assert_eq!(client.route, route, "{lines:?}");
            assert_eq!((client.scheme, client.host.as_str()), ("https", "app.example"));
        }
        let six = client("10.0.0.1", &["2001:db8::7"], &["10.0.0.1"]);
        assert_eq!(six.forwarded(), "for=\"[2001:db8::7]\";proto=https;host=\"app.example\"");
    }
}
