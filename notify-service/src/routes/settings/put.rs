//! `PUT /v1/notifications/settings`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, Write};
use contracts::Problem;

use super::view::SettingsView;
use crate::commands;
use crate::state::State;

/// Say what one wants to hear
///
/// It holds for what comes from now on.
#[utoipa::path(
    tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128)),
    request_body = SettingsView,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What one wants to hear, and when", body = SettingsView),
        NotJson,
        NotSignedIn,
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/notifications/settings")]
pub(in crate::routes) async fn put_settings(
    write: Write<Body<SettingsView>>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    let wishes = write.body.0.parse()?;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            commands::put_settings(conn, user_id, &wishes).await?;
            Ok::<_, commands::Error>(SettingsView::from(&wishes))
        })
        .await
}
