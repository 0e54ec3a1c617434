//! How many requests may come from one person and from one place.
//!
//! Each has a bucket that fills steadily and that requests are taken from. The buckets of a gateway
//! are its own; those of routes where every single try counts, such as signing in, are kept in Redis
//! and hold for all gateways together ([`global`]).

mod buckets;
mod global;
mod quota;

use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use chassis::redis::Cache;
use contracts::UserId;

use crate::answer::Lines;
use crate::config::LimitsConfig;

use buckets::Buckets;
use global::Global;

pub use quota::{Quota, QuotaConfig};

/// Whose requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Everyone at an address; of an IPv6 address the network, which is what one customer has.
    Address(IpAddr),
    /// A person.
    User(UserId),
}

/// What is left for someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many requests may come at once.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Until all are there again.
    pub reset: Duration,
}

/// Too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// What is left: nothing.
    pub standing: Standing,
    /// When the next one may come.
    pub retry_after: Duration,
}

/// All the buckets.
pub struct Limits {
    by_address: Buckets,
    by_user: Buckets,
    global: Global,
}

impl Limits {
    /// Full buckets.
    #[must_use]
    pub fn new(config: &LimitsConfig, cache: Cache) -> Self {
        Self {
            by_address: Buckets::new(config.address.into()),
            by_user: Buckets::new(config.user.into()),
            global: Global::new(&config.global, cache),
        }
    }

    /// Takes one request of an address, which came at this moment.
    pub fn take_address(&self, address: IpAddr, at: Instant) -> Result<Option<Standing>, TooMany> {
        self.by_address.take(Who::Address(network(address)), at)
    }

    /// Takes one request of a person, which came at this moment.
    pub fn take_user(&self, user: UserId, at: Instant) -> Result<Option<Standing>, TooMany> {
        self.by_user.take(Who::User(user), at)
    }

    /// Takes one request of an address to the routes that share the limit called `name`.
    pub async fn take_global(
        &self,
        name: &str,
        address: IpAddr,
    ) -> Result<Option<Standing>, TooMany> {
        self.global.take(name, network(address)).await
    }
}

impl Standing {
    /// Tells the client (draft-ietf-httpapi-ratelimit-headers, as most clients know it).
    pub fn tell(&self, lines: &mut Lines) {
        lines.add_number("ratelimit-limit", self.limit.into());
        lines.add_number("ratelimit-remaining", self.remaining.into());
        lines.add_number("ratelimit-reset", whole_seconds(self.reset));
    }

    /// The one of two that leaves less.
    #[must_use]
    pub fn tighter(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if one.remaining < other.remaining => Some(one),
            (one, other) => other.or(one),
        }
    }
}

/// Whoever comes back after so many seconds does not come too early.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn the_addresses_of_one_customer_are_one() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }
}
