//! Reads along, and comes back with `after-seq` whenever the connection is lost.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};

use super::Storm;

/// Somebody who reads along at one instance.
pub(super) struct Reader {
    pub(super) room: usize,
    /// The place of the last message that came.
    pub(super) seen: watch::Receiver<u64>,
    pub(super) task: JoinHandle<()>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reader {
    pub(super) fn start(storm: Arc<Storm>, room: usize, instance: usize) -> Self {
        let (at, seen) = watch::channel(0);
        let task = tokio::spawn(async move {
            loop {
                // It ends with the connection, and begins again where it ended.
                drop(read(&storm, room, instance, &at).await);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Self { room, seen, task }
    }
}

async fn read(
    storm: &Storm,
    room: usize,
    instance: usize,
    at: &watch::Sender<u64>,
) -> Result<(), tungstenite::Error> {
    let room = &storm.rooms[room];
    let address = storm.instances[instance].address;
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    let token = format!("Bearer {}", storm.tokens[&room.member]).parse().unwrap();
    request.headers_mut().insert("authorization", token);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    let connect = "CONNECT\naccept-version:1.2\nhost:chat\n\n\0";
    socket.send(Message::text(connect)).await?;
    let after = *at.borrow();
    let subscribe =
        format!("SUBSCRIBE\nid:0\ndestination:/topic/{}\nafter-seq:{after}\n\n\0", room.id);
    socket.send(Message::text(subscribe)).await?;
    while let Some(message) = socket.next().await {
        // Several frames may come in one message.
        let message = message?.into_data();
        for frame in message.split(|byte| *byte == 0) {
            let frame = frame.trim_ascii_start();
            if frame.starts_with(b"MESSAGE\n") {
                take(frame, at);
            }
        }
    }
    Ok(())
}

fn take(frame: &[u8], at: &watch::Sender<u64>) {
    let head = frame.windows(2).position(|two| two == b"\n\n").unwrap();
    let body: Value = serde_json::from_slice(&frame[head + 2..]).unwrap();
    // Who comes and goes has no place.
    let Some(seq) = body["seq"].as_u64() else { return };
    at.send_modify(|seen| {
        assert_eq!(seq, *seen + 1, "a message is missing, doubled or out of order");
        *seen = seq;
    });
}
