//! `GET /v1/favorites/items/{code}`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::Problem;

use super::view::FavoriteItemView;
use crate::domain::ItemCode;
use crate::error::codes;
use crate::state::State;
use crate::store::favorite_items;

/// Read whether an item is starred
#[utoipa::path(
    tag = "favorites",
    params(("code" = String, Path, description = "The public code of the item", example = "060103")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is", body = FavoriteItemView),
        NotSignedIn,
        (status = 404, description = "It is not", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/favorites/items/{code}")]
pub(in crate::routes) async fn get_favorite_item(
    SignedIn(identity): SignedIn,
    Path(code): Path<String>,
    state: web::Data<State>,
) -> Result<web::Json<FavoriteItemView>, ApiError> {
    let code = ItemCode::parse(&code).ok_or_else(|| ApiError::new(&codes::NOT_A_FAVORITE))?;
    let mut conn = state.db.conn().await?;
    let starred = favorite_items::find(&mut conn, identity.user_id, &code).await?;
    let starred = starred.ok_or_else(|| ApiError::new(&codes::NOT_A_FAVORITE))?;
    Ok(web::Json(starred.into()))
}
