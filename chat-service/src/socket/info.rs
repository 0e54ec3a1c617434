//! `GET /ws/info`

use actix_web::{HttpResponse, get, http::header};
use serde::Serialize;

/// What a SockJS client asks before it connects.
#[derive(Debug, Serialize)]
struct Info {
    /// There are WebSockets, and nothing else: the fallbacks over plain HTTP keep a session on one
    /// instance, which a load balancer does not know about.
    websocket: bool,
    cookie_needed: bool,
    origins: [&'static str; 1],
    /// Randomness for clients that have none of their own.
    entropy: u32,
}

/// Tells a SockJS client what there is.
#[get("/ws/info")]
pub(super) async fn info() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store, no-cache, must-revalidate, max-age=0"))
        .json(Info {
            websocket: true,
            cookie_needed: false,
            origins: ["*:*"],
            entropy: rand::random(),
        })
}
