//! `GET /v1/favorites/markets/{id}`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{MarketId, Problem};

use super::view::FavoriteMarketView;
use crate::error::codes;
use crate::state::State;
use crate::store::favorite_markets;

/// Read whether a market is starred
#[utoipa::path(
    tag = "favorites",
    params(("id" = MarketId, Path, description = "The market")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is", body = FavoriteMarketView),
        NotSignedIn,
        (status = 404, description = "It is not", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/favorites/markets/{id}")]
pub(in crate::routes) async fn get_favorite_market(
    SignedIn(identity): SignedIn,
    Path(id): Path<MarketId>,
    state: web::Data<State>,
) -> Result<web::Json<FavoriteMarketView>, ApiError> {
    let mut conn = state.db.conn().await?;
    let starred = favorite_markets::find(&mut conn, identity.user_id, id).await?;
    let starred = starred.ok_or_else(|| ApiError::new(&codes::NOT_A_FAVORITE))?;
    Ok(web::Json(starred.into()))
}
