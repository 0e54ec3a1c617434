//! Where a request comes from, as far as it is remembered.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The bits of an IPv6 address that tell one subscriber from another (RFC 6177): within them each
/// may make up as many addresses as they like.
const SUBSCRIBER_BITS: u32 = 64;

/// An IPv4 address, or the network of an IPv6 address that one subscriber has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl Origin {
    /// The origin of a client with this address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => {
                let subscriber = v6.to_bits() & (u128::MAX << (128 - SUBSCRIBER_BITS));
                Self(Ipv6Addr::from_bits(subscriber).into())
            }
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => write!(f, "{v6}/{SUBSCRIBER_BITS}"),
        }
    }
}

/// A range of addresses, written `10.0.0.0/8`; without a length it is one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u8,
}

impl Network {
    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let differs = |ours: u128, theirs: u128, width: u8| {
            // Shifting by the whole width leaves nothing to compare, which is what `/0` means.
            let shift = u32::from(width - self.prefix_bits);
            (ours ^ theirs).checked_shr(shift).unwrap_or(0) != 0
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                !differs(ours.to_bits().into(), theirs.to_bits().into(), 32)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                !differs(ours.to_bits(), theirs.to_bits(), 128)
            }
            _ => false,
        }
    }
}

/// The text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = prefix.map_or(Ok(width), str::parse).map_err(|_| NotANetwork)?;
        if prefix_bits > width {
            return Err(NotANetwork);
        }
        Ok(Self { address, prefix_bits })
    }
}

impl<'de> serde::Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|e| serde::de::Error::custom(format!("{text}: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> String {
        Origin::of(address.parse().unwrap()).to_string()
    }

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_subscriber_is_one_origin() {
        assert_eq!(origin("203.0.113.7"), "203.0.113.7");
        assert_eq!(origin("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(origin("2001:db8:1:2::1"), "2001:db8:1:2::/64");
        assert_eq!(origin("2001:db8:1:2:ffff::1"), origin("2001:db8:1:2::9"));
        assert_ne!(origin("2001:db8:1:3::1"), origin("2001:db8:1:2::1"));
    }

    #[test]
    fn networks_hold_their_addresses() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("172.16.0.0/12", "172.31.255.255", "172.32.0.0"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("fc00::/7", "fd12::1", "fe80::1"),
            ("::1", "::1", "::2"),
            ("10.0.0.0/8", "::ffff:10.1.1.1", "::1"),
        ] {
            assert!(network(range).contains(inside.parse().unwrap()), "{range} {inside}");
            assert!(!network(range).contains(outside.parse().unwrap()), "{range} {outside}");
        }
        assert!(network("0.0.0.0/0").contains("8.8.8.8".parse().unwrap()));
        assert!(network("::/0").contains("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "/", "10", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/x", "host/8"]
        {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
