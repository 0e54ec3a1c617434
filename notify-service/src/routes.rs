//! The table of contents: every path once.

use actix_web::{App, web};
use chassis::http::document::{self, Bearer};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

use crate::error::codes;

mod export;
mod favorites;
mod muted_parties;
mod notifications;
mod params;
mod settings;

/// Every route of the service. `/health`, `/ready` and `/metrics` come from the chassis.
fn routes(api: &mut ServiceConfig<'_>) {
    api.service(favorites::items::list::list_favorite_items)
        .service(favorites::items::get::get_favorite_item)
        .service(favorites::items::put::put_favorite_item)
        .service(favorites::items::remove::remove_favorite_item)
        .service(favorites::markets::list::list_favorite_markets)
        .service(favorites::markets::get::get_favorite_market)
        .service(favorites::markets::put::put_favorite_market)
        .service(favorites::markets::remove::remove_favorite_market)
        .service(notifications::list::list_notifications)
        .service(notifications::stream::stream_notifications)
        .service(notifications::unread_count::count_unread)
        .service(notifications::read_all::read_all)
        .service(notifications::read_one::read_one)
        .service(notifications::remove::remove_notification)
        .service(settings::get::get_settings)
        .service(settings::put::put_settings)
        .service(muted_parties::list::list_muted_parties)
        .service(muted_parties::put::put_muted_party)
        .service(muted_parties::remove::remove_muted_party)
        .service(export::export_notifications);
}

/// What the document says beyond its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Project 5.0.9: notifications",
        description = "Favourites, and what happened that a person wants to know. Everything here \
                       belongs to the person whose token is shown."
    ),
    tags(
        (name = "favorites", description = "Items and markets that somebody has starred"),
        (name = "notifications", description = "The inbox, its stream, and what goes into it")
    ),
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
