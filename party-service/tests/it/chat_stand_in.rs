//! Chat-service as it answers whoever reads a room, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use contracts::{RoomId, UserId};
use party_service::chat::ChatConfig;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A running stand-in, with rooms that everyone who is signed in can read.
pub struct ChatStandIn {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    rooms: Mutex<BTreeMap<RoomId, Vec<Value>>>,
    /// What is answered instead of anything else.
    fails: Mutex<Option<u16>>,
}

#[derive(Deserialize)]
struct Params {
    after: u64,
    limit: usize,
}

impl ChatStandIn {
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let data = web::Data::from(shared.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/v1/chat-rooms/{id}/messages", web::get().to(messages))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, shared }
    }

    /// How a service is told where it is.
    pub fn config(&self) -> ChatConfig {
        ChatConfig { url: self.url.clone(), timeout: Duration::from_secs(5) }
    }

    /// Somebody says something; gives its place.
    pub fn say(&self, room: RoomId, by: UserId, content: &str) -> u64 {
        let sender = json!({ "id": by, "nickname": "이웃집" });
        self.append(room, json!({ "type": "CHAT", "sender": sender, "content": content }))
    }

    /// Something happens; gives its place.
    pub fn happen(&self, room: RoomId, to: UserId) -> u64 {
        let sender = json!({ "id": to, "nickname": "이웃집" });
        self.append(
            room,
            json!({ "type": "JOINED", "sender": sender, "content": "이웃님이 들어왔습니다" }),
        )
    }

    /// The message there loses its words.
    pub fn remove(&self, room: RoomId, seq: u64) {
        let mut rooms = self.shared.rooms.lock().unwrap();
        let message = &mut rooms.get_mut(&room).unwrap()[usize::try_from(seq).unwrap() - 1];
        message["content"] = json!("");
        message["removed"] = json!(true);
    }

    /// From now on every answer has this status; `None` for answers as they should be.
    pub fn fail(&self, status: Option<u16>) {
        *self.shared.fails.lock().unwrap() = status;
    }

    fn append(&self, room: RoomId, mut message: Value) -> u64 {
        let mut rooms = self.shared.rooms.lock().unwrap();
        let messages = rooms.entry(room).or_default();
        let seq = u64::try_from(messages.len()).unwrap() + 1;
        message["room_id"] = json!(room);
        message["seq"] = json!(seq);
        message["sent_at"] = json!("2026-11-23T03:00:00.000000Z");
        messages.push(message);
        seq
    }
}

async fn messages(
    request: HttpRequest,
    room: web::Path<RoomId>,
    params: web::Query<Params>,
    shared: web::Data<Shared>,
) -> HttpResponse {
    if let Some(status) = *shared.fails.lock().unwrap() {
        return HttpResponse::build(StatusCode::from_u16(status).unwrap()).finish();
    }
    let token = request.headers().get("authorization").map(|value| value.to_str().unwrap());
    if !token.is_some_and(|token| token.starts_with("Bearer ey")) {
        return HttpResponse::Unauthorized().json(json!({ "code": "unauthenticated" }));
    }
    let rooms = shared.rooms.lock().unwrap();
    let Some(messages) = rooms.get(&room) else {
        return HttpResponse::NotFound().json(json!({ "code": "room_not_found" }));
    };
    let after = messages.iter().filter(|message| message["seq"].as_u64() > Some(params.after));
    let items: Vec<_> = after.take(params.limit).collect();
    HttpResponse::Ok().json(json!({ "items": items, "next_cursor": null }))
}
