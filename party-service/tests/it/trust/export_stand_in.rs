//! The other services as they answer for an export, for tests.

use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// A running stand-in, for all other services at once.
pub struct ExportStandIn {
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// What the notify-service answers; chat-service always does well.
    says: Mutex<Option<(u16, String)>>,
    /// The `Authorization` headers that came.
    tokens: Mutex<Vec<String>>,
}

impl ExportStandIn {
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let data = web::Data::from(shared.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/v1/exports/chat", web::get().to(chat))
                .route("/v1/exports/notifications", web::get().to(notifications))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, shared }
    }

    /// From now on notify-service answers so.
    pub fn notify_says(&self, status: u16, body: impl Into<String>) {
        *self.shared.says.lock().unwrap() = Some((status, body.into()));
    }

    /// From now on notify-service answers well.
    pub fn notify_is_well(&self) {
        *self.shared.says.lock().unwrap() = None;
    }

    /// The tokens that were shown.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.tokens.lock().unwrap().clone()
    }
}

fn note(request: &HttpRequest, shared: &Shared) {
    let token = request.headers().get("authorization").unwrap().to_str().unwrap();
    shared.tokens.lock().unwrap().push(token.to_owned());
}

async fn chat(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    note(&request, &shared);
    HttpResponse::Ok().content_type("application/json").body(r#"{"messages":["사과 \"10kg\""]}"#)
}

async fn notifications(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    note(&request, &shared);
    let says = shared.says.lock().unwrap().clone();
    let (status, body) = says.unwrap_or((200, r#"{"items":[1,18446744073709551615]}"#.into()));
    HttpResponse::build(StatusCode::from_u16(status).unwrap()).body(body)
}
