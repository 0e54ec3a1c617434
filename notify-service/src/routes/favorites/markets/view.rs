//! A starred market, as clients see it.

use chrono::{DateTime, Utc};
use contracts::MarketId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::favorite_markets::FavoriteMarket;

/// A market that was starred.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct FavoriteMarketView {
    /// Which market.
    id: MarketId,
    /// What it was called on the day it was starred.
    #[schema(example = "남대문시장")]
    name: String,
    /// When it was starred.
    created_at: DateTime<Utc>,
}

impl From<FavoriteMarket> for FavoriteMarketView {
    fn from(market: FavoriteMarket) -> Self {
        Self { id: market.market_id, name: market.name, created_at: market.created_at }
    }
}
