//! `DELETE /v1/chat-rooms/{id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{Problem, RoomId};

use crate::commands;
use crate::state::State;

/// Close a chat room
///
/// The leader closes the room of the party. Nobody sees it any more, and it does not come back.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(
        ("id" = RoomId, Path, description = "The room"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 204, description = "It is closed"),
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/chat-rooms/{id}")]
pub(in crate::routes) async fn close_room(
    Path(id): Path<RoomId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    let answer = write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            commands::close_room::close_room(conn, id, me, &state.herald, now).await
        })
        .await;
    state.herald.committed();
    answer
}
