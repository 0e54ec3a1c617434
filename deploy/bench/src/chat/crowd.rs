//! The clients: connected one by one, then served by one loop.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::try_join_all;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::contestant::Contestant;
use super::dialect::frame;
use super::mark::{self, Mark};

/// How many clients connect at the same time.
const AT_ONCE: usize = 50;

/// A client.
struct Client {
    stream: TcpStream,
    /// What could not be sent yet.
    unsent: Vec<u8>,
    /// What has come of a mark.
    kept: Vec<u8>,
}

/// Clients of one contestant.
pub(super) struct Crowd {
    clients: Vec<Client>,
    poll: Poll,
    events: Events,
    buffer: Box<[u8]>,
    began: Instant,
}

impl Crowd {
    /// Connects clients: each as somebody, each subscribed to the room that is named for it.
    pub(super) async fn gather(contestant: &Contestant, rooms: &[Option<usize>]) -> Result<Self> {
        let mut clients = Vec::new();
        let numbered: Vec<_> = rooms.iter().enumerate().collect();
        for some in numbered.chunks(AT_ONCE) {
            let connecting = some.iter().map(|(number, room)| connect(contestant, *number, **room));
            for stream in try_join_all(connecting).await? {
                let stream = TcpStream::from_std(stream.into_std()?);
                clients.push(Client { stream, unsent: Vec::new(), kept: Vec::new() });
            }
        }
        let poll = Poll::new()?;
        for (number, client) in clients.iter_mut().enumerate() {
            let both = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(&mut client.stream, Token(number), both)?;
        }
        Ok(Self {
            clients,
            poll,
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024].into(),
            began: Instant::now(),
        })
    }

    /// Microseconds since they gathered.
    pub(super) fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Tells the same when it is asked.
    pub(super) fn clock(&self) -> impl Fn() -> u64 + use<> {
        let began = self.began;
        move || u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// A client sends this.
    pub(super) fn send(&mut self, client: usize, text: &str) -> Result<()> {
        let client = self.clients.get_mut(client).context("no such client")?;
        client.unsent.extend(frame(text));
        Ok(())
    }

    /// Lets all that was sent go out.
    pub(super) fn flush(&mut self, client: usize) -> Result<()> {
        self.clients.get_mut(client).context("no such client")?.flush()
    }

    /// Waits for what comes; `heard` is told who heard what.
    pub(super) fn listen(
        &mut self,
        patience: Duration,
        mut heard: impl FnMut(usize, Mark),
    ) -> Result<()> {
        self.poll.poll(&mut self.events, Some(patience))?;
        for event in &self.events {
            let number = event.token().0;
            let Some(client) = self.clients.get_mut(number) else { continue };
            if event.is_writable() {
                client.flush()?;
            }
            loop {
                match client.stream.read(&mut self.buffer) {
                    Ok(0) => bail!("client {number} was disconnected"),
                    Ok(count) => {
                        let come = self.buffer.get(..count).unwrap_or_default();
                        mark::find(&mut client.kept, come, |mark| heard(number, mark));
                        if count < self.buffer.len() {
                            break;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }
}

impl Client {
    fn flush(&mut self) -> Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

async fn connect(
    contestant: &Contestant,
    number: usize,
    room: Option<usize>,
) -> Result<tokio::net::TcpStream> {
    let address = contestant.address(number).context("no address")?;
    let token = contestant.tokens.get(number % contestant.tokens.len()).context("no token")?;
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(contestant.dialect.handshake(token).as_bytes()).await?;
    expect(&mut stream, "\r\n\r\n").await?;
    let (hello, answer) = contestant.dialect.hello(token);
    stream.write_all(&frame(&hello)).await?;
    expect(&mut stream, answer).await?;
    if let Some(room) = room {
        let room = contestant.rooms.get(room).context("no such room")?;
        let (subscribe, answer) = contestant.dialect.subscribe(room);
        stream.write_all(&frame(&subscribe)).await?;
        expect(&mut stream, answer).await?;
    }
    Ok(stream)
}

/// Reads until this has come.
async fn expect(stream: &mut tokio::net::TcpStream, wanted: &str) -> Result<()> {
    let mut come = Vec::new();
    let reading = async {
        while !come.windows(wanted.len()).any(|window| window == wanted.as_bytes()) {
            let count = stream.read_buf(&mut come).await?;
            ensure!(count > 0, "disconnected: {}", String::from_utf8_lossy(&come));
        }
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), reading)
        .await
        .with_context(|| format!("{wanted} did not come"))?
}
