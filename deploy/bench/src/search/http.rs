//! Asks the service over HTTP: each client sends a request, reads the whole answer, and sends the
//! next.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stats::Latencies;

/// Asks for so long, with so many clients.
pub(super) async fn ask(
    address: SocketAddr,
    queries: &[String],
    clients: usize,
    duration: Duration,
) -> Result<Latencies> {
    let requests: Vec<String> = queries.iter().map(|query| request(query)).collect();
    let until = Instant::now() + duration;
    let clients = (0..clients).map(|first| client(address, &requests, first * 97, until));
    Ok(Latencies::new(try_join_all(clients).await?.concat()))
}

async fn client(
    address: SocketAddr,
    requests: &[String],
    first: usize,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut read = Vec::with_capacity(16 * 1024);
    let mut latencies = Vec::new();
    for request in requests.iter().cycle().skip(first) {
        let began = Instant::now();
        if began > until {
            break;
        }
        stream.write_all(request.as_bytes()).await?;
        read_answer(&mut stream, &mut read).await?;
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}

async fn read_answer(stream: &mut TcpStream, read: &mut Vec<u8>) -> Result<()> {
    read.clear();
    let mut whole = None;
    while whole.is_none_or(|whole| read.len() < whole) {
        ensure!(stream.read_buf(read).await? > 0, "the connection was closed");
        if let (None, Some(at)) = (whole, read.windows(4).position(|part| part == b"\r\n\r\n")) {
            let head = std::str::from_utf8(read.get(..at).unwrap_or_default())?;
            ensure!(head.starts_with("HTTP/1.1 200"), "{head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            whole = Some(at + 4 + length.context("no length")?.parse::<usize>()?);
        }
    }
    Ok(())
}

fn request(query: &str) -> String {
    let query: String =
        query.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    format!("GET /v1/items?query={query}&include_unsold=true HTTP/1.1\r\nhost: bench\r\n\r\n")
}
