//! Says one thing after the other, each until it is stored.

use std::sync::Arc;
use std::time::Duration;

use contracts::UserId;
use reqwest::Method;
use serde_json::json;
use testkit::Client;
use tokio::sync::watch;

use super::Storm;

/// Sends until the storm is over; gives back the room and what is stored where.
pub(super) async fn send(
    storm: Arc<Storm>,
    room: usize,
    user: UserId,
    calm: watch::Receiver<bool>,
) -> (usize, Vec<(u64, String)>) {
    let path = storm.rooms[room].path("/messages");
    let clients: Vec<Client> = storm
        .instances
        .iter()
        .map(|instance| Client::new(format!("http://{}", instance.address)))
        .map(|client| client.with_token(&storm.tokens[&user]))
        .collect();
    let mut sent = Vec::new();
    while !*calm.borrow() {
        let name = format!("{user}-{}", sent.len());
        let body = json!({ "content": name, "client_message_id": name });
        let seq = loop {
            let client = &clients[rand::random_range(0..clients.len())];
            let request = client.request(Method::POST, &path).json(&body);
            match Client::try_send(request).await {
                Ok(answer) if answer.status == 201 => break answer.body["seq"].as_u64().unwrap(),
                // Whether it is stored is unknown, and so it is sent again.
                Ok(answer) if answer.status == 503 => {}
                Ok(answer) => panic!("{answer:?}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        sent.push((seq, name));
    }
    (room, sent)
}
