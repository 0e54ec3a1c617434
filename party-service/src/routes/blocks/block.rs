//! `PUT /v1/users/me/blocks/{user_id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{Problem, UserId};

use crate::commands::block_user::block_user as block_them;
use crate::state::State;

/// Block somebody
///
/// For neither is there any party of the other's: not in searches, and whatever is asked about one,
/// it is not found, and nobody is notified of a new one. Applications that wait for an answer between
/// the two are over. Nobody is told of the block. Parties that both are in already stay as they are.
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(
        ("user_id" = UserId, Path, description = "The person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 204, description = "The person is blocked"),
        NotSignedIn,
        (status = 404, description = "There is no such person", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Too many people are blocked, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "That is oneself, or the Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/users/me/blocks/{user_id}")]
pub(in crate::routes) async fn block_user(
    Path(user_id): Path<UserId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            block_them(conn, me, user_id, now).await
        })
        .await
}
