//! Whoever listens: to a room over a WebSocket, to notifications over a stream. Each takes up where it
//! was when it is told to come again, and fails if one lacks or comes twice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::socket::{Closed, Socket};

/// How far somebody has heard.
#[derive(Clone, Default)]
pub(super) struct Heard {
    last: Arc<AtomicU64>,
    count: Arc<AtomicU64>,
}

impl Heard {
    /// Who has heard this one, and waits for the next.
    pub(super) fn until(seq: u64) -> Self {
        Self { last: Arc::new(AtomicU64::new(seq)), count: Arc::default() }
    }

    /// The number of the last.
    pub(super) fn last(&self) -> u64 {
        self.last.load(Ordering::SeqCst)
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// The next one came.
    fn hear(&self, seq: u64) {
        assert_eq!(seq, self.last() + 1, "one lacks or comes twice");
        self.last.store(seq, Ordering::SeqCst);
        self.count.fetch_add(1, Ordering::SeqCst);
    }
}

/// Follows somebody's notifications.
pub(super) async fn stream(url: String, token: String, heard: Heard) {
    // A stream ends long before.
    let client = chassis::http::client::build(Duration::from_hours(1)).unwrap();
    loop {
        let mut request = client
            .get(format!("{url}/v1/notifications/stream"))
            .bearer_auth(&token)
            .header("accept", "text/event-stream");
        if heard.last() > 0 {
            request = request.header("last-event-id", heard.last().to_string());
        }
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut text = String::new();
        while let Some(chunk) = answer.chunk().await.unwrap() {
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                assert!(!event.contains("event: resync"), "{event}");
                // Without data it is no event; an id in it says again where the client is.
                if event.contains("data:") {
                    let id = event.lines().find_map(|line| line.strip_prefix("id:")).unwrap();
                    heard.hear(id.trim().parse().unwrap());
                }
                text = rest.to_owned();
            }
        }
    }
}

/// Follows a room, in STOMP over a WebSocket.
pub(super) async fn chat(address: SocketAddr, token: String, room: String, heard: Heard) {
    loop {
        let mut socket = Socket::open(address, &token).await;
        socket.send("CONNECT\naccept-version:1.2\nhost:x\nheart-beat:0,0\n\n\0").await;
        let after = heard.last();
        socket
            .send(&format!(
                "SUBSCRIBE\nid:room\ndestination:/topic/{room}\nafter-seq:{after}\n\n\0"
            ))
            .await;
        while let Some(text) = restarted(socket.next().await) {
            for frame in text.split('\0').map(str::trim_start) {
                assert!(!frame.starts_with("ERROR"), "{frame}");
                if !frame.starts_with("MESSAGE") {
                    continue;
                }
                let (_, body) = frame.split_once("\n\n").unwrap();
                let body: Value = serde_json::from_str(body).unwrap();
                if let Some(seq) = body["seq"].as_u64() {
                    heard.hear(seq);
                }
            }
        }
    }
}

/// The text, if there is one. A connection ends because the service is restarted, and for nothing
/// worse.
fn restarted(next: Result<String, Closed>) -> Option<String> {
    next.map_err(|closed| assert_eq!(closed.code, 1012, "{}", closed.reason)).ok()
}
