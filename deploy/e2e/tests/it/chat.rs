//! Chat rooms as clients of other people use them, through the gateway.

mod unknown_commit;

use e2e::{Platform, RealClient};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{Client, until};
use uuid::Uuid;

use crate::people::sign_in;

/// A party with its room, its leader and one member.
struct Room {
    id: String,
    leader: Client,
    member: Client,
}

impl Room {
    /// As it comes to be: somebody opens a party, somebody asks to join, and is let in.
    async fn new(platform: &Platform) -> Self {
        let (leader, member) = (sign_in(platform).await, sign_in(platform).await);
        let market = leader.get("/v1/markets?limit=1").await.expect(200);
        let item = leader.get("/v1/items?limit=1").await.expect(200);
        let starts_at = chassis::clock::Clock::System.now() + chrono::TimeDelta::hours(2);
        let body = json!({
            "market_id": market["items"][0]["id"], "item_code": item["items"][0]["code"],
            "quantity": 3, "unit": "kg", "total_shares": 20, "starts_at": starts_at,
            "ends_at": starts_at + chrono::TimeDelta::hours(1),
        });
        let party = leader.post("/v1/parties", body).await.expect(201);
        let party = format!("/v1/parties/{}", party["id"].as_str().unwrap());
        member.post(&format!("{party}/applications"), json!({ "shares": 1 })).await.expect(201);
        let me = member.get("/v1/users/me").await.expect(200);
        let accept = format!("{party}/applications/{}/accept", me["id"].as_str().unwrap());
        leader.act(&accept).await.expect(200);
        let id = until("the room is open to both", async || {
            let rooms = member.get("/v1/chat-rooms").await.expect(200);
            Some(rooms["items"].as_array()?.first()?["id"].as_str()?.to_owned())
        })
        .await;
        Self { id, leader, member }
    }

    /// The leader says something, without a WebSocket: as apps do, under a name, until it is stored.
    /// The gateway gives a service that has failed several clients a rest before it asks again.
    async fn say(&self, content: &str) {
        let path = format!("/v1/chat-rooms/{}/messages", self.id);
        let message = json!({ "content": content, "client_message_id": Uuid::new_v4() });
        let said = until("the service takes messages", async || {
            let answer = self.leader.post(&path, message.clone()).await;
            (answer.status != StatusCode::SERVICE_UNAVAILABLE).then_some(answer)
        });
        said.await.expect(201);
    }

    /// What a client of the member is told.
    fn args(&self, platform: &Platform, name: &str) -> Value {
        let url = format!("{}/ws", platform.gateway.url().replace("http:", "ws:"));
        let token = self.member.token().unwrap();
        json!({ "url": url, "token": token, "room": self.id, "name": name })
    }
}

/// Clients of every kind that can be had, subscribed.
async fn clients(platform: &mut Platform, room: &Room) -> Vec<(&'static str, RealClient)> {
    let page = RealClient::page("chat.html").await;
    if let Some(page) = &page {
        platform.chat.kill().await;
        platform.chat.set("CHAT__SOCKET__ALLOWED_ORIGINS", page.origin());
        platform.chat.start().await;
    }
    let args = |name| room.args(platform, name);
    let clients = [
        ("stompjs", RealClient::node("chat.mjs", &args("stompjs"))),
        ("stompjs-binary", RealClient::node("chat.mjs", &args("stompjs-binary"))),
        ("sockjs", RealClient::node("chat_sockjs.mjs", &args("sockjs"))),
        ("python", RealClient::python("chat.py", &args("python"))),
        ("browser", page.map(|page| page.open(&args("browser")))),
    ];
    let mut connected = Vec::new();
    for (name, client) in clients {
        if let Some(mut client) = client {
            let version = if name == "sockjs" { "1.1" } else { "1.2" };
            assert_eq!(client.heard_of("connected").await["connected"], version, "{name}");
            client.heard_of("subscribed").await;
            connected.push((name, client));
        }
    }
    connected
}

/// The next stored message that a client sees.
async fn message(client: &mut RealClient) -> Value {
    loop {
        let said = client.heard_of("message").await;
        if said["message"]["seq"].is_u64() {
            return said["message"].clone();
        }
    }
}

/// What a client was told while somebody was greeted.
#[derive(Default)]
struct Told {
    messages: Vec<String>,
    refusals: Vec<String>,
    stored: bool,
}

impl Told {
    fn hear(&mut self, said: &Value) {
        if said["message"]["seq"].is_u64() {
            self.messages.push(said["message"]["content"].as_str().unwrap().to_owned());
        }
        if let Some(code) = said["refused"].as_str() {
            self.refusals.push(code.to_owned());
        }
        self.stored |= said.get("stored").is_some();
        assert!(said.get("error").is_none() && said.get("closed").is_none(), "{said}");
    }

    /// Whether nothing more is to come; whoever answered hears more than the others.
    fn is_all(&self, answered: bool) -> bool {
        self.messages.len() == 2 && (!answered || (self.stored && !self.refusals.is_empty()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_talk_and_miss_nothing_whatever_dies() {
    let mut platform = Platform::start().await;
    let room = Room::new(&platform).await;
    let mut clients = clients(&mut platform, &room).await;
    let names: Vec<_> = clients.iter().map(|(name, _)| *name).collect();

    // Each is greeted, answers, and is told that the answer is stored; what it forges is refused.
    for name in &names {
        room.say(&format!("hello {name}")).await;
        let answer = format!("안녕, {name}: 콜론과\n줄바꿈");
        for (other, client) in &mut clients {
            let mut told = Told::default();
            while !told.is_all(other == name) {
                told.hear(&client.heard().await);
            }
            let greeting = format!("hello {name}");
            assert_eq!(told.messages, [greeting, answer.clone()], "{other} of {name}");
            assert!(told.refusals.iter().all(|code| code == "unknown_destination"), "{other}");
        }
    }

    // The service dies and comes back, and so does the gateway: everyone resumes where they were.
    for round in 0..2 {
        if round == 0 {
            platform.chat.kill().await;
            platform.chat.start().await;
        } else {
            platform.gateway.kill().await;
            platform.gateway.start().await;
        }
        for number in 0..3 {
            room.say(&format!("round {round}, {number}")).await;
        }
        for (name, client) in &mut clients {
            for number in 0..3 {
                let heard = message(client).await;
                assert_eq!(heard["content"], format!("round {round}, {number}"), "{name}");
            }
        }
    }
}
