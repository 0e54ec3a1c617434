//! `POST /v1/notifications/{seq}/read`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::Problem;

use super::unread_view::UnreadView;
use crate::commands;
use crate::state::State;

/// Mark a notification as read
///
/// One that was read stays read.
#[utoipa::path(
    tag = "notifications",
    params(
        ("seq" = u64, Path, description = "Where it stands in the inbox", minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is read", body = UnreadView),
        NotSignedIn,
        (status = 404, description = "There is no such notification in one's inbox", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/notifications/{seq}/read")]
pub(in crate::routes) async fn read_one(
    write: Write<Nothing>,
    Path(seq): Path<u64>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let (user_id, now) = (write.identity.user_id, state.clock.now());
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            commands::read_one(conn, user_id, seq, now).await.map(UnreadView::from)
        })
        .await
}
