//! `DELETE /v1/notifications/{seq}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::Problem;

use crate::commands;
use crate::state::State;

/// Delete a notification
#[utoipa::path(
    tag = "notifications",
    params(
        ("seq" = u64, Path, description = "Where it stands in the inbox", minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        NotSignedIn,
        (status = 404, description = "There is no such notification in one's inbox", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/notifications/{seq}")]
pub(in crate::routes) async fn remove_notification(
    write: Write<Nothing>,
    Path(seq): Path<u64>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            commands::delete_notification(conn, user_id, seq).await
        })
        .await
}
