//! `POST /v1/parties/{id}/lock`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem};

use super::standing::PartyForMe;
use crate::commands::change_party::change_party;
use crate::state::State;

/// Lock a party
///
/// Its leader takes no more members, however many there are.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 200, description = "The party as it is now", body = PartyForMe),
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/parties/{id}/lock")]
pub(in crate::routes) async fn lock_party(
    Path(id): Path<PartyId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            change_party(conn, id, me, now, |party| party.lock(me, now)).await?;
            PartyForMe::read_as_leader(conn, id, me, now).await
        })
        .await
}
