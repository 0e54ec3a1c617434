//! A market as clients see it.

use contracts::MarketId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::market::Market;
use crate::domain::market_kind::MarketKind;
use crate::routes::distance::kilometres;

/// A market or mart, from public data.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarketView {
    /// Which.
    id: MarketId,
    /// What people call it.
    #[schema(example = "망원시장")]
    name: String,
    /// What kind of place it is.
    kind: MarketKind,
    /// What its source calls that kind; may be empty.
    #[schema(example = "전통시장(상설장)")]
    published_type: String,
    /// The chain it belongs to.
    #[schema(required, example = "이마트")]
    chain: Option<String>,
    /// 도로명주소.
    #[schema(example = "서울특별시 마포구 포은로8길 14")]
    road_address: String,
    /// 지번주소.
    #[schema(required, example = "서울특별시 마포구 망원동 411-1")]
    jibun_address: Option<String>,
    /// 우편번호.
    #[schema(required, example = "03969")]
    zip_code: Option<String>,
    /// Degrees north (WGS84).
    #[schema(example = 37.556)]
    latitude: f64,
    /// Degrees east (WGS84).
    #[schema(example = 126.906)]
    longitude: f64,
    /// How far away it is in kilometres, to 0.01; absent where no place was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 0.42)]
    distance_km: Option<f64>,
    /// Who published it.
    #[schema(example = "전국전통시장표준데이터")]
    source: String,
}

impl From<Market> for MarketView {
    fn from(market: Market) -> Self {
        Self {
            id: market.id,
            name: market.name,
            kind: market.kind,
            published_type: market.published_type,
            chain: market.chain,
            road_address: market.road_address,
            jibun_address: market.jibun_address,
            zip_code: market.zip_code,
            latitude: market.coordinates.latitude(),
            longitude: market.coordinates.longitude(),
            distance_km: None,
            source: market.source,
        }
    }
}

impl MarketView {
    /// The same, so many metres away.
    pub(super) fn at_distance(self, metres: f64) -> Self {
        Self { distance_km: Some(kilometres(metres)), ..self }
    }
}
