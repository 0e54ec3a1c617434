//! Ports that stay the same when a service is started again.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// A free port below those that the kernel gives to outgoing connections, so that none of them
/// takes it while its service is down.
#[must_use]
pub fn free_address() -> SocketAddr {
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, rand::random_range(20_000..32_000)));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
