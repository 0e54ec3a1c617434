//! `PUT /v1/notifications/muted-parties/{party_id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem};

use crate::commands::mute_party;
use crate::state::State;

/// Mute a party
///
/// Nothing more is told of it. Doing it twice changes nothing.
#[utoipa::path(
    tag = "notifications",
    params(
        ("party_id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is muted"),
        NotSignedIn,
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is no room for more, or the same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/notifications/muted-parties/{party_id}")]
pub(in crate::routes) async fn put_muted_party(
    write: Write<Nothing>,
    Path(party_id): Path<PartyId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let (user_id, now) = (write.identity.user_id, state.clock.now());
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            mute_party(conn, user_id, party_id, now).await
        })
        .await
}
