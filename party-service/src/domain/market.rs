//! A place where people buy together.

use contracts::MarketId;

use super::geo::Coordinates;
use super::market_kind::MarketKind;

/// A market as public data describes it. Clients choose among them and never describe one.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    /// Stays the same over all imports.
    pub id: MarketId,
    /// What people call it.
    pub name: String,
    /// What kind of place it is.
    pub kind: MarketKind,
    /// What its source calls that kind, for example `전통시장(5일장)`; may be empty.
    pub published_type: String,
    /// The chain it belongs to.
    pub chain: Option<String>,
    /// 도로명주소.
    pub road_address: String,
    /// 지번주소.
    pub jibun_address: Option<String>,
    /// 우편번호.
    pub zip_code: Option<String>,
    /// Where it is.
    pub coordinates: Coordinates,
    /// Who published it.
    pub source: String,
}
