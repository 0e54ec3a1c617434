//! The table of contents: every path once.

use actix_web::{App, web};
use chassis::http::document::{self, Bearer};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

use crate::error::codes;

mod export;
mod messages;
mod params;
mod rooms;

/// Every route of the service, but for the WebSocket.
fn routes(api: &mut ServiceConfig<'_>) {
    api.service(rooms::list::list_rooms)
        .service(rooms::read::read_room)
        .service(rooms::close::close_room)
        .service(rooms::members::list_room_members)
        .service(rooms::presence::list_present)
        .service(rooms::mark_read::mark_read)
        .service(messages::list::list_messages)
        .service(messages::send::send_message)
        .service(export::export_chat);
}

/// What the document says beyond its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Project 5.0.9: chat",
        description = "The chat rooms of parties. A room is there for the leader and the accepted \
                       members of its party, and for nobody else; it opens with the first member."
    ),
    tags((name = "chat", description = "Rooms and their messages")),
    modifiers(&Bearer)
)]
struct Document;

/// Adds the routes and their document to a server.
pub fn configure(config: &mut web::ServiceConfig) {
    routes(&mut ServiceConfig::new(config));
    // The document is checked in; a test proves that it is what the routes say.
    config.configure(document::serve(include_str!("../openapi.json")));
}

/// The OpenAPI document.
pub fn openapi_json() -> serde_json::Result<String> {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .configure(routes)
        .split_for_parts();
    document::list_problems(&mut document, codes::ALL);
    document.to_pretty_json().map(|json| json + "\n")
}
