//! The clients: each sends a request, reads the whole answer, and sends the next.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::try_join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use crate::stats::Latencies;

/// What is asked of one server.
pub(super) struct Load {
    /// Who is asked.
    pub(super) address: SocketAddr,
    /// The requests, as they go over the wire, one after the other and then from the beginning.
    pub(super) requests: Vec<Vec<u8>>,
    /// How many clients ask.
    pub(super) connections: usize,
    /// How long they ask before anything is measured.
    pub(super) warm_up: Duration,
    /// How long is measured.
    pub(super) duration: Duration,
}

/// What a server has used.
#[derive(Clone, Copy, Default)]
pub(super) struct Used {
    /// Processor time, since it runs.
    pub(super) cpu_time: Duration,
    /// Memory, now.
    pub(super) bytes: u64,
}

/// What came of it.
pub(super) struct Outcome {
    /// How long each request took that began and ended while it was measured.
    pub(super) latencies: Latencies,
    /// How long was measured.
    pub(super) elapsed: Duration,
    /// The processor time that was used meanwhile.
    pub(super) cpu_time: Duration,
    /// The memory in use at the end, with all clients connected.
    pub(super) bytes: u64,
}

impl Load {
    /// Asks. `used` tells what the server has used until now.
    pub(super) async fn run(&self, used: impl Fn() -> Result<Used>) -> Result<Outcome> {
        let from = Instant::now() + self.warm_up;
        let until = from + self.duration;
        let next = Cell::new(0);
        let clients = (0..self.connections).map(|_| self.client(&next, from, until));
        let clients = try_join_all(clients);
        let clock = async {
            sleep_until(from).await;
            let (before, began) = (used()?, Instant::now());
            sleep_until(until).await;
            let (after, elapsed) = (used()?, began.elapsed());
            anyhow::Ok((elapsed, after.cpu_time.saturating_sub(before.cpu_time), after.bytes))
        };
        let (latencies, (elapsed, cpu_time, bytes)) = tokio::try_join!(clients, clock)?;
        let latencies = Latencies::new(latencies.concat());
        Ok(Outcome { latencies, elapsed, cpu_time, bytes })
    }

    async fn client(
        &self,
        next: &Cell<usize>,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<Duration>> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut latencies = Vec::new();
        let mut read = Vec::with_capacity(8192);
        loop {
            let turn = next.replace(next.get() + 1).checked_rem(self.requests.len());
            let request = turn.and_then(|turn| self.requests.get(turn)).context("no request")?;
            let began = Instant::now();
            stream.write_all(request).await?;
            let status = read_answer(&mut stream, &mut read).await?;
            ensure!(status == 200, "answered {status}");
            let ended = Instant::now();
            if ended > until {
                return Ok(latencies);
            }
            if began >= from {
                latencies.push(ended - began);
            }
        }
    }
}

/// Reads one answer, whole, and gives its status.
pub(crate) async fn read_answer(stream: &mut TcpStream, read: &mut Vec<u8>) -> Result<u16> {
    read.clear();
    let head = loop {
        ensure!(stream.read_buf(read).await? > 0, "the connection was closed");
        if let Some(at) = memchr::memmem::find(read, b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = std::str::from_utf8(read.get(..head).unwrap_or_default())?;
    let status = text.split(' ').nth(1).context("no status")?.parse()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
    });
    let Some(length) = length.transpose()? else { bail!("an answer without a length") };
    read.reserve((head + length).saturating_sub(read.len()));
    while read.len() < head + length {
        ensure!(stream.read_buf(read).await? > 0, "the connection was closed");
    }
    Ok(status)
}
