//! `GET /v1/markets/{id}`

use actix_web::{get, web};
use chassis::http::refusals::Unavailable;
use chassis::http::{ApiError, MaybeSignedIn, Path};
use contracts::{MarketId, Problem};

use super::view::MarketView;
use crate::error::codes;
use crate::state::State;
use crate::store;

/// Read a market
#[utoipa::path(
    tag = "markets",
    params(("id" = MarketId, Path, description = "The market")),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The market", body = MarketView),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such market", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/markets/{id}")]
pub(in crate::routes) async fn read_market(
    _: MaybeSignedIn,
    Path(id): Path<MarketId>,
    state: web::Data<State>,
) -> Result<web::Json<MarketView>, ApiError> {
    let mut conn = state.db.conn().await?;
    let market = store::markets::find(&mut conn, id).await?;
    let market = market.ok_or_else(|| ApiError::new(&codes::MARKET_NOT_FOUND))?;
    Ok(web::Json(market.into()))
}
