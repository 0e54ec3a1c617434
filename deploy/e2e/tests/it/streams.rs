//! Streams of notifications as clients of other people follow them, through the gateway.

use e2e::{Platform, RealClient};
use serde_json::{Value, json};
use testkit::Client;

use crate::people::sign_in;

/// Somebody who leads a party, and so hears of whoever asks to join.
struct Leader {
    client: Client,
    party: String,
}

impl Leader {
    async fn new(platform: &Platform) -> Self {
        let client = sign_in(platform).await;
        let market = client.get("/v1/markets?limit=1").await.expect(200);
        let item = client.get("/v1/items?limit=1").await.expect(200);
        let starts_at = chassis::clock::Clock::System.now() + chrono::TimeDelta::hours(2);
        let body = json!({
            "market_id": market["items"][0]["id"], "item_code": item["items"][0]["code"],
            "quantity": 3, "unit": "kg", "total_shares": 20, "starts_at": starts_at,
            "ends_at": starts_at + chrono::TimeDelta::hours(1),
        });
        let party = client.post("/v1/parties", body).await.expect(201);
        Self { client, party: party["id"].as_str().unwrap().to_owned() }
    }

    /// Somebody asks to join.
    async fn is_asked(&self, platform: &Platform) {
        let path = format!("/v1/parties/{}/applications", self.party);
        sign_in(platform).await.post(&path, json!({ "shares": 1 })).await.expect(201);
    }

    /// What a client that follows the leader's stream is told.
    fn args(&self, platform: &Platform) -> Value {
        let url = format!("{}/v1/notifications/stream", platform.gateway.url());
        json!({ "url": url, "token": self.client.token().unwrap() })
    }
}

/// Clients of every kind that can be had, connected.
async fn clients(platform: &mut Platform, leader: &Leader) -> Vec<RealClient> {
    let page = RealClient::page("stream.html").await;
    if let Some(page) = &page {
        platform.gateway.kill().await;
        platform.gateway.set("GATEWAY__CORS__ORIGINS", page.origin());
        platform.gateway.start().await;
    }
    let args = leader.args(platform);
    let scripts = [RealClient::node("stream.mjs", &args), RealClient::python("stream.py", &args)];
    let mut clients: Vec<_> =
        scripts.into_iter().flatten().chain(page.map(|page| page.open(&args))).collect();
    for client in &mut clients {
        client.heard_of("open").await;
    }
    clients
}

/// Each client hears of these notifications, and of nothing else in between.
async fn hear(clients: &mut [RealClient], seqs: std::ops::RangeInclusive<u64>) {
    for client in clients {
        for seq in seqs.clone() {
            let said = client.heard_of("event").await;
            assert_eq!(said["event"], "notification", "{said}");
            assert_eq!(said["id"], seq.to_string());
            assert_eq!(
                (&said["data"]["seq"], &said["data"]["type"]),
                (&json!(seq), &json!("JOIN_REQUESTED"))
            );
        }
    }
}

async fn ask(platform: &Platform, leader: &Leader, times: u64) {
    for _ in 0..times {
        leader.is_asked(platform).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d40_real_clients_see_each_notification_once_whatever_dies() {
    let mut platform = Platform::start().await;
    let mut other = platform.second_notify().await;
    let leader = Leader::new(&platform).await;
    let mut clients = clients(&mut platform, &leader).await;

    ask(&platform, &leader, 3).await;
    hear(&mut clients, 1..=3).await;
    // One instance after the other dies; what happens meanwhile is told by the one that is left.
    platform.notify.kill().await;
    ask(&platform, &leader, 2).await;
    hear(&mut clients, 4..=5).await;
    platform.notify.start().await;
    other.kill().await;
    ask(&platform, &leader, 2).await;
    hear(&mut clients, 6..=7).await;
    // The gateway dies too.
    platform.gateway.kill().await;
    platform.gateway.start().await;
    ask(&platform, &leader, 1).await;
    hear(&mut clients, 8..=8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d40_real_clients_come_back_when_nobody_was_there_for_a_while() {
    let mut platform = Platform::start().await;
    let leader = Leader::new(&platform).await;
    let mut clients = clients(&mut platform, &leader).await;
    ask(&platform, &leader, 1).await;
    hear(&mut clients, 1..=1).await;
    platform.notify.kill().await;
    ask(&platform, &leader, 1).await;
    for client in &mut clients {
        // It has asked in vain, and was not told to give up.
        client.heard_of("open").await;
    }
    platform.notify.start().await;
    ask(&platform, &leader, 1).await;
    hear(&mut clients, 2..=3).await;
}
