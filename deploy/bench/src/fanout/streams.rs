//! Open streams that note when the last of them has heard.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use contracts::UserId;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::platform::Platform;

/// What stands once in each event, and nowhere else.
const MARK: &[u8] = b"event: notification";

/// The streams.
pub(super) struct Streams {
    count: usize,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    events: AtomicUsize,
    last: Mutex<Option<Instant>>,
    more: Notify,
}

impl Streams {
    /// Opens a stream for each of these people, and waits until all are answered.
    pub(super) async fn open(platform: &Platform, people: Vec<UserId>) -> Result<Self> {
        let (count, heard) = (people.len(), Arc::new(Heard::default()));
        for (number, person) in people.into_iter().enumerate() {
            let mut socket = TcpStream::connect(platform.instance(number)?).await?;
            let token = platform.party.token(person)?;
            let request = format!(
                "GET /v1/notifications/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
            );
            socket.write_all(request.as_bytes()).await?;
            let mut buffer = vec![0; 4096];
            let read = socket.read(&mut buffer).await?;
            let answer = buffer.get(..read).context("no answer")?;
            ensure!(answer.starts_with(b"HTTP/1.1 200"), "a stream was refused");
            tokio::spawn(listen(socket, heard.clone()));
        }
        Ok(Self { count, heard })
    }

    /// Begins to count anew.
    pub(super) fn forget(&self) {
        self.heard.events.store(0, Ordering::Relaxed);
    }

    /// Waits until every stream has heard; says when the last one had.
    pub(super) async fn all_heard(&self, patience: Duration) -> Result<Instant> {
        let all = async {
            while self.heard.events.load(Ordering::Acquire) < self.count {
                self.heard.more.notified().await;
            }
        };
        tokio::time::timeout(patience, all).await.context("not every stream has heard")?;
        let last = *self.heard.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.context("nobody has heard")
    }
}

/// Reads a stream to its end.
async fn listen(mut socket: TcpStream, heard: Arc<Heard>) {
    let (mut buffer, mut matched) = (vec![0; 4096], 0);
    while let Ok(read @ 1..) = socket.read(&mut buffer).await {
        for byte in buffer.iter().take(read) {
            matched = match MARK.get(matched) {
                Some(expected) if expected == byte => matched + 1,
                _ => usize::from(MARK.first() == Some(byte)),
            };
            if matched == MARK.len() {
                matched = 0;
                *heard.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                heard.events.fetch_add(1, Ordering::Release);
                heard.more.notify_one();
            }
        }
    }
}
