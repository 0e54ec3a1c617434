//! `PUT /v1/favorites/markets/{id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{MarketId, Problem};

use super::view::FavoriteMarketView;
use crate::commands::star_market;
use crate::error::codes;
use crate::state::State;
use crate::store::favorite_markets::{self, FavoriteMarket};

/// Star a market
///
/// Whoever has starred a market is told of new parties at it near where they live. Doing it twice
/// changes nothing.
#[utoipa::path(
    tag = "favorites",
    params(
        ("id" = MarketId, Path, description = "The market"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless", max_length = 128),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is starred", body = FavoriteMarketView),
        NotSignedIn,
        (status = 404, description = "There is no such market", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is no room for more, or the same request is being worked on", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be used", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/favorites/markets/{id}")]
pub(in crate::routes) async fn put_favorite_market(
    write: Write<Nothing>,
    Path(id): Path<MarketId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let user_id = write.identity.user_id;
    let not_found = || ApiError::new(&codes::MARKET_NOT_FOUND);
    let starred = favorite_markets::find(&mut *state.db.conn().await?, user_id, id).await?;
    let market = if let Some(market) = starred {
        market
    } else {
        let name = state.directory.market_name(id).await?.ok_or_else(not_found)?;
        FavoriteMarket { market_id: id, name, created_at: state.clock.now() }
    };
    let max = state.limits.max_favorites;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            star_market(conn, user_id, &market, max).await.map(FavoriteMarketView::from)
        })
        .await
}
