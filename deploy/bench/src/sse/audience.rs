//! Many streams, held open by one thread that notes when each event arrives.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::stats::Latencies;

/// What stands once in each event, and nowhere else.
const MARK: &[u8] = b"data: ";
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Streams that are open. They are closed when it is dropped.
pub(super) struct Audience {
    shared: Arc<Shared>,
}

struct Shared {
    /// When each event was sent that has not arrived, by stream.
    under_way: Vec<Mutex<VecDeque<Instant>>>,
    took: Mutex<Vec<Duration>>,
    answered: AtomicUsize,
    arrived: AtomicUsize,
}

struct Listener {
    socket: TcpStream,
    has_answered: bool,
    /// How much of the mark has been seen.
    matched: usize,
}

impl Audience {
    /// Opens a stream for each of these requests, and waits until all are answered.
    pub(super) async fn open(requests: Vec<(SocketAddr, Vec<u8>)>) -> Result<Self> {
        let count = requests.len();
        let shared = Arc::new(Shared {
            under_way: std::iter::repeat_with(Mutex::default).take(count).collect(),
            took: Mutex::default(),
            answered: AtomicUsize::new(0),
            arrived: AtomicUsize::new(0),
        });
        let poll = Poll::new()?;
        let mut listeners = Vec::with_capacity(count);
        for (number, (address, request)) in requests.into_iter().enumerate() {
            let mut socket = std::net::TcpStream::connect(address)?;
            socket.write_all(&request)?;
            socket.set_nonblocking(true)?;
            let mut socket = TcpStream::from_std(socket);
            poll.registry().register(&mut socket, Token(number), Interest::READABLE)?;
            listeners.push(Listener { socket, has_answered: false, matched: 0 });
        }
        let weak = Arc::downgrade(&shared);
        std::thread::spawn(move || {
            let mut hearing = Hearing { poll, listeners, buffer: vec![0; 64 * 1024] };
            while let Some(shared) = weak.upgrade() {
                if let Err(error) = hearing.hear(&shared) {
                    eprintln!("the audience has left: {error:#}");
                    return;
                }
            }
        });
        let audience = Self { shared };
        audience
            .wait("an answer to each", || audience.shared.answered.load(Ordering::Relaxed), count)
            .await?;
        Ok(audience)
    }

    /// Notes that an event is sent now to this stream.
    pub(super) fn sent(&self, stream: usize, at: Instant) {
        if let Some(under_way) = self.shared.under_way.get(stream) {
            lock(under_way).push_back(at);
        }
    }

    /// How many events have arrived.
    pub(super) fn arrived(&self) -> usize {
        self.shared.arrived.load(Ordering::Relaxed)
    }

    /// Waits until so many have arrived.
    pub(super) async fn wait_for(&self, count: usize) -> Result<()> {
        self.wait("all events", || self.arrived(), count).await
    }

    /// How long each took; begins anew.
    pub(super) fn latencies(&self) -> Latencies {
        Latencies::new(std::mem::take(&mut *lock(&self.shared.took)))
    }

    async fn wait(&self, what: &str, have: impl Fn() -> usize, want: usize) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while have() < want {
            ensure!(Instant::now() < deadline, "waiting for {what}: {} of {want}", have());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Ok(())
    }
}

/// What the thread holds.
struct Hearing {
    poll: Poll,
    listeners: Vec<Listener>,
    buffer: Vec<u8>,
}

impl Hearing {
    fn hear(&mut self, shared: &Shared) -> Result<()> {
        let mut events = Events::with_capacity(1024);
        self.poll.poll(&mut events, Some(Duration::from_millis(100)))?;
        let mut took = Vec::new();
        for event in &events {
            let number = event.token().0;
            let Some(listener) = self.listeners.get_mut(number) else { continue };
            let count = listener.read(&mut self.buffer, shared)?;
            let now = Instant::now();
            if let Some(under_way) = shared.under_way.get(number) {
                let mut under_way = lock(under_way);
                for _ in 0..count {
                    took.extend(under_way.pop_front().map(|at| now - at));
                }
            }
            shared.arrived.fetch_add(count, Ordering::Relaxed);
        }
        lock(&shared.took).append(&mut took);
        Ok(())
    }
}

impl Listener {
    /// Reads all there is; says how many events were in it.
    fn read(&mut self, buffer: &mut [u8], shared: &Shared) -> Result<usize> {
        let mut count = 0;
        loop {
            match self.socket.read(buffer) {
                Ok(0) => bail!("a stream has ended"),
                Ok(length) => {
                    let read = buffer.get(..length).unwrap_or_default();
                    if !self.has_answered {
                        ensure!(
                            read.starts_with(b"HTTP/1.1 200"),
                            "{}",
                            String::from_utf8_lossy(read)
                        );
                        self.has_answered = true;
                        shared.answered.fetch_add(1, Ordering::Relaxed);
                    }
                    count += self.count(read);
                    if length < buffer.len() {
                        return Ok(count);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn count(&mut self, read: &[u8]) -> usize {
        let mut count = 0;
        for byte in read {
            if MARK.get(self.matched) == Some(byte) {
                self.matched += 1;
            } else {
                self.matched = usize::from(MARK.first() == Some(byte));
            }
            if self.matched == MARK.len() {
                self.matched = 0;
                count += 1;
            }
        }
        count
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
