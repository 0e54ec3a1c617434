//! `POST /v1/notifications/read-all`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, Write};
use contracts::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::unread_view::UnreadView;
use crate::commands;
use crate::state::State;

/// Up to where everything was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct ReadAll {
    /// The number of the newest notification that was seen: what came meanwhile stays unread.
    up_to_seq: u64,
}

/// Mark all notifications as read
#[utoipa::path(
    tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128)),
    request_body = ReadAll,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All up to that number are read", body = UnreadView),
        NotJson,
        NotSignedIn,
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/notifications/read-all")]
pub(in crate::routes) async fn read_all(
    write: Write<Body<ReadAll>>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let (user_id, now) = (write.identity.user_id, state.clock.now());
    let Body(ReadAll { up_to_seq }) = write.body;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            commands::read_all(conn, user_id, up_to_seq, now).await.map(UnreadView::from)
        })
        .await
}
