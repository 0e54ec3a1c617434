//! `DELETE /v1/parties/{id}/applications/me`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem};

use crate::commands::change_standing::change_standing;
use crate::state::State;

/// Take an application back
///
/// Before the leader has answered it.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 204, description = "It is done"),
        NotSignedIn,
        (status = 404, description = "There is no such party, or no application in it", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party or of the person does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/parties/{id}/applications/me")]
pub(in crate::routes) async fn withdraw_application(
    Path(id): Path<PartyId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            change_standing(conn, id, (me, me), now, |party| party.withdraw(me, now))
                .await
                .map(drop)
        })
        .await
}
