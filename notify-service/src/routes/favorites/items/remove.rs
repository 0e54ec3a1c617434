//! `DELETE /v1/favorites/items/{code}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::Problem;

use crate::domain::ItemCode;
use crate::state::State;
use crate::store::favorite_items;

/// Take the star off an item
///
/// What has no star is left as it is.
#[utoipa::path(
    tag = "favorites",
    params(
        ("code" = String, Path, description = "The public code of the item", example = "060103"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is not starred"),
        NotSignedIn,
        (status = 409, description = "The same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/favorites/items/{code}")]
pub(in crate::routes) async fn remove_favorite_item(
    write: Write<Nothing>,
    Path(code): Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    let Some(code) = ItemCode::parse(&code) else { return Ok(HttpResponse::NoContent().finish()) };
    write
        .run(&state.db, &state.clock, StatusCode::NO_CONTENT, async |conn| {
            favorite_items::delete(conn, user_id, &code).await
        })
        .await
}
