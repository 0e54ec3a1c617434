//! `DELETE /v1/notifications/muted-parties/{party_id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem};

use crate::state::State;
use crate::store::muted_parties;

/// Hear of a party again
///
/// One that is not muted is left as it is.
#[utoipa::path(
    tag = "notifications",
    params(
        ("party_id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is not muted"),
        NotSignedIn,
        (status = 404, description = "That is no id of a party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/notifications/muted-parties/{party_id}")]
pub(in crate::routes) async fn remove_muted_party(
    write: Write<Nothing>,
    Path(party_id): Path<PartyId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            muted_parties::delete(conn, user_id, party_id).await
        })
        .await
}
