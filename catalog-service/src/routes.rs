//! The table of contents: every path once.

use actix_web::{App, web};
use chassis::http::document::{self, Bearer};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

use crate::error::codes;

mod admin;
mod get_item;
mod imports;
mod list_categories;
mod list_items;
mod params;
mod suggest_words;
mod view;

/// Every route of the service. `/health`, `/ready` and `/metrics` come from the chassis.
fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_items::list_items)
        .service(suggest_words::suggest_words)
        .service(get_item::get_item)
        .service(list_categories::list_categories)
        .service(imports::start::start_import)
        .service(imports::list::list_imports)
        .service(imports::get::get_import)
        .service(imports::refusals::list_refusals);
}

/// What the document says beyond its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Project 5.0.9: catalogue",
        description = "Items that neighbours can buy together, and their search. Everyone may read; \
                       a token is not needed, but one that is shown must be good. Imports are for \
                       administrators."
    ),
    tags(
        (name = "catalogue", description = "Items and categories"),
        (name = "imports", description = "How items get here; for administrators")
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
