//! Ports of the private servers: below 32768, so that no outgoing connection can take one.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, bail};

/// Where the kernel's own choice for outgoing connections begins.
const EPHEMERAL: u16 = 32768;

/// Where throw-away servers look for free ports.
const THROW_AWAY: u16 = 18_000;

/// The ports of one set of private servers, in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerPorts {
    /// MariaDB.
    pub database: u16,
    /// Redis.
    pub redis: u16,
    /// RabbitMQ: AMQP.
    pub broker: u16,
    /// RabbitMQ: Erlang distribution, unused but always open.
    pub distribution: u16,
    /// The name server of Erlang.
    pub epmd: u16,
}

impl ServerPorts {
    /// How many ports a set takes.
    pub const COUNT: u16 = 5;

    /// The ports from `base` on.
    #[must_use]
    pub const fn from_base(base: u16) -> Self {
        Self {
            database: base,
            redis: base + 1,
            broker: base + 2,
            distribution: base + 3,
            epmd: base + 4,
        }
    }

    /// A set nobody uses now.
    pub fn free() -> Result<Self> {
        Ok(Self::from_base(free_in_a_row(Self::COUNT)?))
    }

    /// Each port with the name of what listens there.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, u16); 5] {
        [
            ("MariaDB", self.database),
            ("Redis", self.redis),
            ("RabbitMQ", self.broker),
            ("RabbitMQ's distribution", self.distribution),
            ("epmd", self.epmd),
        ]
    }
}

/// The first of so many ports in a row that nobody uses now.
///
/// Two searches at the same moment begin at different places.
pub fn free_in_a_row(count: u16) -> Result<u16> {
    static SEARCHES: AtomicU32 = AtomicU32::new(0);
    let slots = (EPHEMERAL - THROW_AWAY) / count;
    let first = process::id().wrapping_add(SEARCHES.fetch_add(1, Ordering::Relaxed) * 97);
    for attempt in 0..u32::from(slots) {
        let slot = u16::try_from(first.wrapping_add(attempt) % u32::from(slots))?;
        let base = THROW_AWAY + slot * count;
        if (base..base + count).all(is_free) {
            return Ok(base);
        }
    }
    bail!("no {count} free ports in a row between {THROW_AWAY} and {EPHEMERAL}")
}

/// Whether a server could listen on this port of the loopback interface.
#[must_use]
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_not_free_until_it_is_released() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }

    #[test]
    fn a_free_set_is_in_a_row_and_below_the_ephemeral_ports() {
        let ports = ServerPorts::free().unwrap();
        assert_eq!(ports, ServerPorts::from_base(ports.database));
        assert!(ports.named().iter().all(|(_, port)| (THROW_AWAY..EPHEMERAL).contains(port)));
    }
}
