//! Catalog-service as it answers, for tests: a server of three items, which can be made to fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};
use party_service::catalog::CatalogConfig;
use serde_json::json;
use tokio::sync::Notify;

/// What it does with a request.
#[derive(Clone)]
pub enum Mood {
    /// Answers it.
    Well,
    /// Gives this answer to everyone.
    Says(u16, String),
    /// Answers when it is told to.
    Holding,
    /// Never answers.
    Asleep,
}

/// A running stand-in.
pub struct CatalogStandIn {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    mood: Mutex<Mood>,
    /// The codes that were asked for.
    asked: Mutex<Vec<String>>,
    go_on: Notify,
}

impl CatalogStandIn {
    /// Starts one.
    pub fn start() -> Self {
        let shared = Arc::new(Shared {
            mood: Mutex::new(Mood::Well),
            asked: Mutex::default(),
            go_on: Notify::new(),
        });
        let data = web::Data::from(shared.clone());
        let server = HttpServer::new(move || {
            App::new().app_data(data.clone()).route("/v1/items/{code}", web::get().to(answer))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, shared }
    }

    /// How to reach it.
    pub fn config(&self) -> CatalogConfig {
        CatalogConfig {
            url: self.url.clone(),
            timeout: Duration::from_secs(10),
            cache_ttl: Duration::from_mins(10),
        }
    }

    /// From now on it is in this mood.
    pub fn is(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// From now on it gives this answer.
    pub fn says(&self, status: u16, body: impl Into<String>) {
        self.is(Mood::Says(status, body.into()));
    }

    /// Answers a request that it holds.
    pub fn go_on(&self) {
        self.shared.go_on.notify_one();
    }

    /// The codes that were asked for.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

async fn answer(code: web::Path<String>, shared: web::Data<Shared>) -> HttpResponse {
    shared.asked.lock().unwrap().push(code.clone());
    let mood = shared.mood.lock().unwrap().clone();
    match mood {
        Mood::Well => {}
        Mood::Says(status, body) => {
            let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
            return response.content_type("application/json").body(body);
        }
        Mood::Holding => shared.go_on.notified().await,
        Mood::Asleep => std::future::pending().await,
    }
    let item = match code.as_str() {
        "060103" => json!({
            "code": "060103",
            "name": "사과 (후지)",
            "category": { "code": "06", "name": "과실류" },
            "item": { "code": "0601", "name": "사과" },
            "variety": { "code": "060103", "name": "후지" },
        }),
        "060201" => json!({
            "code": "060201",
            "name": "배 (신고)",
            "category": { "code": "06", "name": "과실류" },
            "item": { "code": "0602", "name": "배" },
            "variety": { "code": "060201", "name": "신고" },
        }),
        "010301" => json!({
            "code": "010301",
            "name": "쌀",
            "category": { "code": "01", "name": "미곡류" },
            "item": { "code": "0103", "name": "쌀" },
            "variety": { "code": "010301", "name": "일반미" },
        }),
        _ => {
            return HttpResponse::NotFound()
                .content_type("application/problem+json")
                .body(r#"{"code":"item_not_found"}"#);
        }
    };
    HttpResponse::Ok().json(item)
}
