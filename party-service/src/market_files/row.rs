//! What every form of file yields: one market.

use crate::domain::geo::Coordinates;
use crate::domain::market_kind::MarketKind;

/// How long the texts of a row may be, in characters. Longer ones are refused.
pub mod limits {
    /// For [`source_id`](super::MarketRow::source_id).
    pub const SOURCE_ID: usize = 64;
    /// For [`source`](super::MarketRow::source).
    pub const SOURCE: usize = 40;
    /// For [`name`](super::MarketRow::name).
    pub const NAME: usize = 100;
    /// For [`published_type`](super::MarketRow::published_type).
    pub const PUBLISHED_TYPE: usize = 40;
    /// For [`chain`](super::MarketRow::chain).
    pub const CHAIN: usize = 40;
    /// For [`road_address`](super::MarketRow::road_address) and
    /// [`jibun_address`](super::MarketRow::jibun_address).
    pub const ADDRESS: usize = 200;
}

/// One market as its source describes it.
///
/// Texts are trimmed, in Unicode NFC, without control characters and within [`limits`];
/// an optional text is never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketRow {
    /// Identifies the market in every edition of its source.
    pub source_id: String,
    /// Who published it.
    pub source: String,
    /// What people call it.
    pub name: String,
    /// What kind of place it is.
    pub kind: MarketKind,
    /// What its source calls that kind, for example `대형마트` or `전통시장(5일장)`; may be empty.
    pub published_type: String,
    /// The chain it belongs to, for example `이마트`.
    pub chain: Option<String>,
    /// 도로명주소.
    pub road_address: String,
    /// 지번주소.
    pub jibun_address: Option<String>,
    /// 우편번호: five digits, or six in data from before 2015.
    pub zip_code: Option<String>,
    /// Where it is: always in Korea.
    pub coordinates: Coordinates,
}
