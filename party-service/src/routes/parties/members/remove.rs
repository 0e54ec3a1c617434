//! `DELETE /v1/parties/{id}/members/{user_id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem, UserId};

use crate::commands::change_standing::change_standing;
use crate::state::State;

/// Remove a member
///
/// The leader may, before the meeting begins. The person cannot come back.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("user_id" = UserId, Path, description = "The person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 204, description = "It is done"),
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party, or no such member", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party or of the person does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/parties/{id}/members/{user_id}")]
pub(in crate::routes) async fn remove_member(
    Path((id, user_id)): Path<(PartyId, UserId)>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            let changed = change_standing(conn, id, (me, user_id), now, |party| {
                party.remove(me, user_id, now)
            })
            .await;
            changed.map(drop)
        })
        .await
}
