//! Is it ready? Asked in each server's own protocol, since an open port proves nothing.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// A probe is one short exchange on the loopback interface.
const LIMIT: Duration = Duration::from_secs(2);

/// Whether MariaDB greets: its first packet carries the protocol version, 10, in byte 5.
#[must_use]
pub fn database(port: u16) -> bool {
    let mut greeting = [0_u8; 5];
    let answer = connect(port).and_then(|mut stream| stream.read_exact(&mut greeting));
    answer.is_ok() && greeting.last() == Some(&10)
}

/// Whether Redis answers `PING`, that is, has loaded its data.
#[must_use]
pub fn redis(port: u16, password: &str) -> bool {
    let expected = b"+OK\r\n+PONG\r\n";
    exchange(port, format!("AUTH {password}\r\nPING\r\n").as_bytes(), expected.len())
        .is_ok_and(|answer| answer == expected)
}

/// Whether RabbitMQ answers the protocol header with a method frame (1) holding
/// `connection.start` (class 10, method 10).
#[must_use]
pub fn broker(port: u16) -> bool {
    let Ok(answer) = exchange(port, b"AMQP\x00\x00\x09\x01", 11) else {
        return false;
    };
    answer.first() == Some(&1) && answer.get(7..11) == Some(&[0, 10, 0, 10])
}

/// Whether anything accepts connections.
#[must_use]
pub fn listens(port: u16) -> bool {
    connect(port).is_ok()
}

/// Whether a server on this or another machine accepts connections.
#[must_use]
pub fn reachable(host: &str, port: u16) -> bool {
    let Ok(addresses) = (host.trim_matches(['[', ']']), port).to_socket_addrs() else {
        return false;
    };
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, LIMIT).is_ok())
}

fn exchange(port: u16, request: &[u8], length: usize) -> io::Result<Vec<u8>> {
    let mut stream = connect(port)?;
    stream.write_all(request)?;
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    Ok(stream)
}
