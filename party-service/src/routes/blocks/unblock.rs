//! `DELETE /v1/users/me/blocks/{user_id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{Problem, UserId};

use crate::commands::block_user::unblock_user as unblock_them;
use crate::state::State;

/// Block somebody no longer
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(
        ("user_id" = UserId, Path, description = "The person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 204, description = "The person is not blocked, or never was"),
        NotSignedIn,
        (status = 404, description = "The path cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/users/me/blocks/{user_id}")]
pub(in crate::routes) async fn unblock_user(
    Path(user_id): Path<UserId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            unblock_them(conn, me, user_id, now).await
        })
        .await
}
