//! The PROXY protocol: a load balancer that passes bytes on tells in front of them whose they are.
//! Version 1 is a line of text, version 2 is binary.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt as _};

const V2_SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// The longest line of version 1, with its end.
const MAX_V1_BYTES: usize = 107;
/// The longest block of version 2: addresses, and more that means nothing to us.
const MAX_V2_BYTES: usize = 4096;

/// Reads it. Gives whose bytes follow; nothing if the load balancer speaks for itself.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut start = [0; 12];
    from.read_exact(&mut start).await?;
    if start == *V2_SIGNATURE { binary(from).await } else { text(&start, from).await }
}

async fn binary(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let (command, family) = (from.read_u8().await?, from.read_u8().await?);
    let length = usize::from(from.read_u16().await?);
    if length > MAX_V2_BYTES {
        return Err(bad("it is too long"));
    }
    let mut block = vec![0; length];
    from.read_exact(&mut block).await?;
    let mut block = block.as_slice();
    match (command, family) {
        (0x21, 0x11) => {
            let address = Ipv4Addr::from_bits(block.read_u32().await?);
            let (_to, port) = (block.read_u32().await?, block.read_u16().await?);
            Ok(Some((address, port).into()))
        }
        (0x21, 0x21) => {
            let address = Ipv6Addr::from_bits(block.read_u128().await?);
            let (_to, port) = (block.read_u128().await?, block.read_u16().await?);
            Ok(Some((address, port).into()))
        }
        // It speaks for itself, or of a family that names nobody that we could count or log.
        (0x20 | 0x21, _) => Ok(None),
        _ => Err(bad("the command is unknown")),
    }
}

async fn text(start: &[u8], from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut line = start.to_vec();
    // What comes behind the line is not ours to read.
    while !line.ends_with(b"\r\n") {
        if line.len() >= MAX_V1_BYTES || !line.starts_with(b"PROXY ") {
            return Err(bad("there is none"));
        }
        line.push(from.read_u8().await?);
    }
    let line = std::str::from_utf8(&line).map_err(|_| bad("it is no text"))?;
    let parts: Vec<&str> = line.trim_end().split(' ').collect();
    match *parts {
        ["PROXY", "UNKNOWN", ..] => Ok(None),
        ["PROXY", "TCP4" | "TCP6", address, _, port, _] => {
            let address: IpAddr = address.parse().map_err(|_| bad("the address is none"))?;
            let port: u16 = port.parse().map_err(|_| bad("the port is none"))?;
            Ok(Some((address, port).into()))
        }
        _ => Err(bad("the line cannot be read")),
    }
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("PROXY protocol: {why}"))
}

#[cfg(test)]
mod tests {
    use super::{V2_SIGNATURE, read};

    async fn ok(bytes: &[u8]) -> (Option<String>, usize) {
        let mut from = bytes;
        let address = read(&mut from).await.unwrap();
        (address.map(|address| address.to_string()), from.len())
    }

    #[tokio::test]
    async fn the_client_is_named() {
        let line = b"PROXY TCP4 203.0.113.7 10.0.0.1 5555 443\r\nGET /";
        assert_eq!(ok(line).await, (Some("203.0.113.7:5555".into()), 5));
        let line = b"PROXY TCP6 2001:db8::7 2001:db8::1 5555 443\r\n";
        assert_eq!(ok(line).await, (Some("[2001:db8::7]:5555".into()), 0));
        assert_eq!(ok(b"PROXY UNKNOWN\r\nGET /").await, (None, 5));
        let v2 = |rest: &[u8]| [&V2_SIGNATURE[..], rest].concat();
        let four = v2(&[0x21, 0x11, 0, 12, 203, 0, 113, 7, 10, 0, 0, 1, 0x15, 0xb3, 1, 187, b'G']);
        assert_eq!(ok(&four).await, (Some("203.0.113.7:5555".into()), 1));
        assert_eq!(ok(&v2(&[0x20, 0, 0, 0])).await, (None, 0));
    }

    #[tokio::test]
    async fn who_names_nobody_is_not_let_in() {
        for bytes in [
            &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..],
            b"PROXY TCP4 203.0.113.7\r\n",
            b"PROXY TCP4 nobody 10.0.0.1 5555 443\r\n",
            b"PROXY TCP4 203.0.113.7 10.0.0.1 99999 443\r\n",
            b"PROXY",
            &[&V2_SIGNATURE[..], &[0x22, 0x11, 0, 0]].concat(),
            &[&V2_SIGNATURE[..], &[0x21, 0x11, 0xff, 0xff]].concat(),
            &[&V2_SIGNATURE[..], &[0x21, 0x11, 0, 2, 0, 0]].concat(),
        ] {
            let mut from = bytes;
            assert!(read(&mut from).await.is_err(), "{bytes:?}");
        }
        let endless = [&b"PROXY "[..], &[b'x'; 200]].concat();
        assert!(read(&mut endless.as_slice()).await.is_err());
    }
}
