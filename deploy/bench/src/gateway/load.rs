//! The clients: each sends a request, reads the whole answer, and sends the next.

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
    /// The request, as it goes over the wire.
    pub(super) request: Vec<u8>,
    /// How many clients ask.
    pub(super) connections: usize,
    /// How long they ask before anything is measured.
    pub(super) warm_up: Duration,
    /// How long is measured.
    pub(super) duration: Duration,
}

/// What came of it.
pub(super) struct Outcome {
    /// How long each request took that began and ended while it was measured.
    pub(super) latencies: Latencies,
    /// How long was measured.
    pub(super) elapsed: Duration,
    /// The processor time that was used meanwhile, if it could be told.
    pub(super) cpu_time: Option<Duration>,
}

impl Load {
    /// Asks. `cpu_time` tells the processor time used until now.
    pub(super) async fn run(
        &self,
        cpu_time: impl Fn() -> Result<Option<Duration>>,
    ) -> Result<Outcome> {
        let from = Instant::now() + self.warm_up;
        let until = from + self.duration;
        let clients = try_join_all((0..self.connections).map(|_| self.client(from, until)));
        let clock = async {
            sleep_until(from).await;
            let (before, began) = (cpu_time()?, Instant::now());
            sleep_until(until).await;
            let (after, elapsed) = (cpu_time()?, began.elapsed());
            let used = before.zip(after).map(|(before, after)| after.saturating_sub(before));
            anyhow::Ok((elapsed, used))
        };
        let (latencies, (elapsed, cpu_time)) = tokio::try_join!(clients, clock)?;
        let latencies = Latencies::new(latencies.concat());
        Ok(Outcome { latencies, elapsed, cpu_time })
    }

    async fn client(&self, from: Instant, until: Instant) -> Result<Vec<Duration>> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut latencies = Vec::new();
        let mut read = Vec::with_capacity(8192);
        loop {
            let began = Instant::now();
            stream.write_all(&self.request).await?;
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
        if let Some(at) = read.windows(4).position(|window| window == b"\r\n\r\n") {
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
    while read.len() < head + length {
        ensure!(stream.read_buf(read).await? > 0, "the connection was closed");
    }
    Ok(status)
}
