//! `GET /v1/favorites/items`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, SignedIn};
use contracts::{Page, Problem};

use super::view::FavoriteItemView;
use crate::domain::ItemCode;
use crate::routes::params::PageParams;
use crate::state::State;
use crate::store::favorite_items;

/// List the items that were starred
///
/// By code.
#[utoipa::path(
    tag = "favorites",
    params(PageParams),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of items", body = Page<FavoriteItemView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/favorites/items")]
pub(in crate::routes) async fn list_favorite_items(
    SignedIn(identity): SignedIn,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<FavoriteItemView>>, ApiError> {
    let (limit, after) = params.read::<ItemCode>()?;
    let mut conn = state.db.conn().await?;
    let starred =
        favorite_items::list(&mut conn, identity.user_id, after.as_ref(), limit + 1).await?;
    let page = Page::from_rows(starred, limit, |item| item.code.clone());
    Ok(web::Json(page.map(FavoriteItemView::from)))
}
