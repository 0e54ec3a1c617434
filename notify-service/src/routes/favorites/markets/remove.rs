//! `DELETE /v1/favorites/markets/{id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
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
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "That is no id of a market", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not available for the moment", body = Problem, content_type = "application/problem+json"),
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
