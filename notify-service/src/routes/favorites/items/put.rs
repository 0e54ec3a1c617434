//! `PUT /v1/favorites/items/{code}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::Problem;

use super::view::FavoriteItemView;
use crate::commands::star_item;
use crate::domain::ItemCode;
use crate::error::codes;
use crate::state::State;
use crate::store::favorite_items::{self, FavoriteItem};

/// Star an item
///
/// Whoever has starred an item is told of new parties for it near where they live. Doing it twice
/// changes nothing.
#[utoipa::path(
    tag = "favorites",
    params(
        ("code" = String, Path, description = "The public code of the item", example = "060103"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is starred", body = FavoriteItemView),
        NotSignedIn,
        (status = 404, description = "There is no such item", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is no room for more, or the same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/favorites/items/{code}")]
pub(in crate::routes) async fn put_favorite_item(
    write: Write<Nothing>,
    Path(code): Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    let not_found = || ApiError::new(&codes::ITEM_NOT_FOUND);
    let code = ItemCode::parse(&code).ok_or_else(not_found)?;
    let starred = favorite_items::find(&mut *state.db.conn().await?, user_id, &code).await?;
    let item = if let Some(item) = starred {
        item
    } else {
        let name = state.directory.item_name(&code).await?.ok_or_else(not_found)?;
        FavoriteItem { code, name, created_at: state.clock.now() }
    };
    let max = state.limits.max_favorites;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            star_item(conn, user_id, &item, max).await.map(FavoriteItemView::from)
        })
        .await
}
