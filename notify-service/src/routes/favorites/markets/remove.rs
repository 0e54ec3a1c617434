//! `DELETE /v1/favorites/markets/{id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{MarketId, Problem};

use crate::state::State;
use crate::store::favorite_markets;

/// Take the star off a market
///
/// What has no star is left as it is.
#[utoipa::path(
    tag = "favorites",
    params(
        ("id" = MarketId, Path, description = "The market"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is not starred"),
        NotSignedIn,
        (status = 404, description = "That is no id of a market", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/favorites/markets/{id}")]
pub(in crate::routes) async fn remove_favorite_market(
    write: Write<Nothing>,
    Path(id): Path<MarketId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            favorite_markets::delete(conn, user_id, id).await
        })
        .await
}
