//! A load balancer: connections go to the instances in turn.

use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// Listens, and leads each connection to one of the ports that `targets` lists, a line each. What is
/// not listed any more gets no new connection and keeps those it has.
pub(super) async fn balance(targets: PathBuf) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for turn in 0_usize.. {
            let (mut client, _) = listener.accept().await.unwrap();
            let ports = std::fs::read_to_string(&targets).unwrap();
            let ports: Vec<u16> = ports.lines().map(|line| line.parse().unwrap()).collect();
            tokio::spawn(async move {
                let port = ports[turn % ports.len()];
                let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
                copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    address
}
