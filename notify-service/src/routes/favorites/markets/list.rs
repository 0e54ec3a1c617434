//! `GET /v1/favorites/markets`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, SignedIn};
use contracts::{MarketId, Page, Problem};

use super::view::FavoriteMarketView;
use crate::routes::params::PageParams;
use crate::state::State;
use crate::store::favorite_markets;

/// List the markets that were starred
///
/// By id.
#[utoipa::path(
    tag = "favorites",
    params(PageParams),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of markets", body = Page<FavoriteMarketView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/favorites/markets")]
pub(in crate::routes) async fn list_favorite_markets(
    SignedIn(identity): SignedIn,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<FavoriteMarketView>>, ApiError> {
    let (limit, after) = params.read::<MarketId>()?;
    let mut conn = state.db.conn().await?;
    let starred = favorite_markets::list(&mut conn, identity.user_id, after, limit + 1).await?;
    let page = Page::from_rows(starred, limit, |market| market.market_id);
    Ok(web::Json(page.map(FavoriteMarketView::from)))
}
