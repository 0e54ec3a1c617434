//! Who the client is, also behind proxies of ours.
//!
//! Only a proxy on the list is believed. `X-Forwarded-For` is read from the right: each hop that is
//! on the list vouches for the one before it, and the first that is not is the client. What stands
//! further left anyone may have written, so it is dropped.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::head::{Head, Peer};
use crate::network::Network;
use crate::wire::{Name, print};

/// The client, as the services are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub address: IpAddr,
    /// The same.
    pub text: Rc<str>,
    /// Its address and those of the proxies between, before the one that is connected.
    pub before: Vec<Rc<str>>,
    /// The scheme it used.
    pub scheme: &'static str,
    /// The host it asked for. Empty if it named none, as HTTP/1.0 allows.
    pub host: String,
}

impl Client {
    /// The client of a request.
    #[must_use]
    pub fn of(head: &Head, trusted: &[Network], is_secure: bool) -> Self {
        // A target with a host in it overrules the header (RFC 9112, 3.2.2).
        let host = head.authority().or_else(|| head.get(Name::Host)).unwrap_or_default();
        let mut client = Self::from_parts(&head.peer, host, head, trusted);
        if is_secure {
            client.scheme = "https";
        }
        client
    }

    fn from_parts(peer: &Peer, host: &str, head: &Head, trusted: &[Network]) -> Self {
        let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
        let mut client = Self {
            address: peer.address,
            text: peer.text.clone(),
            before: Vec::new(),
            scheme: "http",
            host: host.to_owned(),
        };
        if !is_trusted(peer.address) {
            return client;
        }
        let lines = head.values(Name::ForwardedFor).rev();
        let mut hops = lines.flat_map(|line| line.rsplit(|byte| *byte == b','));
        while is_trusted(client.address)
            && let Some(before) = hops.next().and_then(parse)
        {
            client.address = before;
            client.text = before.to_string().into();
            client.before.insert(0, client.text.clone());
        }
        let proto = head.get(Name::ForwardedProto);
        if proto.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https")) {
            client.scheme = "https";
        }
        if let Some(host) = head.get(Name::ForwardedHost) {
            host.clone_into(&mut client.host);
        }
        client
    }

    /// Writes the same for the `Forwarded` header (RFC 7239).
    pub fn forwarded(&self, to: &mut Vec<u8>) {
        match self.address {
            IpAddr::V4(_) => print(to, format_args!("for={}", self.text)),
            IpAddr::V6(_) => print(to, format_args!("for=\"[{}]\"", self.text)),
        }
        print(to, format_args!(";proto={}", self.scheme));
        // A host with a quote or a backslash in it is none.
        if !self.host.is_empty() && !self.host.contains(['"', '\\']) {
            print(to, format_args!(";host=\"{}\"", self.host));
        }
    }
}

/// An address, with or without a port.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    hop.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Client, Head, Peer};
    use crate::head::read;

    fn client(peer: &str, forwarded_for: &[&str], trusted: &[&str]) -> Client {
        let mut text = "GET / HTTP/1.1\r\nhost: gateway:1\r\n".to_owned();
        for line in forwarded_for {
            text = text + "x-forwarded-for: " + line + "\r\n";
        }
        text += "x-forwarded-proto: https\r\nx-forwarded-host: app.example\r\n\r\n";
        let parsed = read(text.as_bytes()).unwrap().unwrap();
        let peer = Peer::at(peer.parse().unwrap());
        let head = Head::new(parsed, BytesMut::from(&*text), peer).unwrap();
        let trusted: Vec<_> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Client::of(&head, &trusted, false)
    }

    fn forwarded(client: &Client) -> String {
        let mut text = Vec::new();
        client.forwarded(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let client = client("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]);
        assert_eq!((&*client.text, client.before.len()), ("203.0.113.9", 0));
        assert_eq!((client.scheme, client.host.as_str()), ("http", "gateway:1"));
        assert_eq!(forwarded(&client), "for=203.0.113.9;proto=http;host=\"gateway:1\"");
    }

    #[test]
    fn each_trusted_hop_vouches_for_the_one_before() {
        for (lines, address, before) in [
            (&["1.2.3.4"][..], "1.2.3.4", "1.2.3.4"),
            (&["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4", "1.2.3.4, 10.0.0.2"),
            (&["6.6.6.6", "1.2.3.4:555"], "1.2.3.4", "1.2.3.4"),
            (&["[2001:db8::7]:443"], "2001:db8::7", "2001:db8::7"),
            (&["1.2.3.4, nonsense"], "10.0.0.1", ""),
            (&["10.0.0.3"], "10.0.0.3", "10.0.0.3"),
            (&[], "10.0.0.1", ""),
        ] {
            let client = client("10.0.0.1", lines, &["10.0.0.0/8"]);
            assert_eq!(client.address.to_string(), address, "{lines:?}");
            assert_eq!(client.before.join(", "), before, "{lines:?}");
            assert_eq!((client.scheme, client.host.as_str()), ("https", "app.example"));
        }
        let six = client("10.0.0.1", &["2001:db8::7"], &["10.0.0.1"]);
        assert_eq!(forwarded(&six), "for=\"[2001:db8::7]\";proto=https;host=\"app.example\"");
    }
}
