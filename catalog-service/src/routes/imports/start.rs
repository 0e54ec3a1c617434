//! `POST /v1/admin/imports`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, Write};
use contracts::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::ImportView;
use crate::commands::{self, NewImport};
use crate::domain::Missing;
use crate::error::codes;
use crate::import::Source;
use crate::routes::admin::require_admin;
use crate::state::State;

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StartImport {
    /// Whether to deactivate what the source has no longer even if that is more than a fifth of
    /// all items.
    #[serde(default)]
    force: bool,
}

/// Start an import
///
/// An instance begins to work on it at once; `GET /v1/admin/imports/{id}` tells how far it is.
#[utoipa::path(
    tag = "imports",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128)),
    request_body = StartImport,
    security(("bearer" = [])),
    responses(
        (status = 202, description = "The import will be made", body = ImportView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "For administrators only", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another import has not ended, there is no key to the source, or the same request is being worked on", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/imports")]
pub(in crate::routes) async fn start_import(
    write: Write<Body<StartImport>>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    require_admin(&write.identity)?;
    if !state.has_source {
        return Err(ApiError::new(&codes::IMPORT_WITHOUT_SOURCE));
    }
    let Body(asked) = &write.body;
    let new = NewImport {
        source: Source::MAFRA.into(),
        missing: if asked.force { Missing::Force } else { Missing::Deactivate },
        requested_by: Some(write.identity.user_id),
    };
    let now = state.clock.now();
    let response = write
        .run(&state.db, &state.clock, StatusCode::ACCEPTED, async |conn| {
            commands::start_import(conn, &new, now).await.map(ImportView::from)
        })
        .await?;
    state.wake_importer.notify_one();
    Ok(response)
}
