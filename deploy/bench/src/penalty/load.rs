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

    /// Looks at everybody once.
    pub(super) async fn look_at_everybody(&self) -> Result<()> {
        let lots = self.people.chunks(self.people.len().div_ceil(self.connections).max(1));
        try_join_all(lots.map(|people| async move {
            let mut client = Client::connect(self).await?;
            for id in people {
                client.look_at(*id).await?;
            }
            anyhow::Ok(())
        }))
        .await?;
        Ok(())
    }

    async fn client(&self, number: usize, until: Instant) -> Result<Vec<Duration>> {
        let mut random = StdRng::seed_from_u64(u64::try_from(number)?);
        let (mut client, mut latencies) = (Client::connect(self).await?, Vec::new());
        while Instant::now() < until {
            let id = self.people.get(random.random_range(0..self.people.len()));
            let began = Instant::now();
            client.look_at(*id.context("nobody")?).await?;
            latencies.push(began.elapsed());
        }
        Ok(latencies)
    }
}

/// One of those who ask.
struct Client<'a> {
    stream: TcpStream,
    token: &'a str,
    read: Vec<u8>,
}

impl<'a> Client<'a> {
    async fn connect(load: &'a Load) -> Result<Self> {
        let stream = TcpStream::connect(load.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, token: &load.token, read: Vec::with_capacity(4096) })
    }

    async fn look_at(&mut self, id: UserId) -> Result<()> {
        let request = format!(
            "GET /v1/users/{id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n",
            self.token
        );
        self.stream.write_all(request.as_bytes()).await?;
        let status = read_answer(&mut self.stream, &mut self.read).await?;
        ensure!(status == 200, "answered {status}");
        Ok(())
    }
}
