//! The clients: each looks at somebody, reads the whole answer, and looks at somebody else.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use contracts::UserId;
use futures_util::future::try_join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::gateway::load::read_answer;
use crate::stats::Latencies;

/// What is asked.
pub(super) struct Load {
    /// Who is asked.
    pub(super) address: SocketAddr,
    /// The token of who asks.
    pub(super) token: String,
    /// Who is looked at.
    pub(super) people: Vec<UserId>,
    /// How many clients ask.
    pub(super) connections: usize,
    /// How long.
    pub(super) duration: Duration,
}

impl Load {
    /// Asks, and gives how long each answer took.
    pub(super) async fn run(&self) -> Result<Latencies> {
        let until = Instant::now() + self.duration;
        let clients = (0..self.connections).map(|number| self.client(number, until));
        Ok(Latencies::new(try_join_all(clients).await?.concat()))
    }

    async fn client(&self, number: usize, until: Instant) -> Result<Vec<Duration>> {
        let mut random = StdRng::seed_from_u64(u64::try_from(number)?);
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut latencies, mut read) = (Vec::new(), Vec::with_capacity(4096));
        while Instant::now() < until {
            let id =
                self.people.get(random.random_range(0..self.people.len())).context("nobody")?;
            let request = format!(
                "GET /v1/users/{id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n",
                self.token
            );
            let began = Instant::now();
            stream.write_all(request.as_bytes()).await?;
            let status = read_answer(&mut stream, &mut read).await?;
            ensure!(status == 200, "answered {status}");
            latencies.push(began.elapsed());
        }
        Ok(latencies)
    }
}
