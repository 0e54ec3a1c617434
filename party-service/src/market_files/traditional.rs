//! 전국전통시장표준데이터, the standard data on traditional markets published on data.go.kr.
//!
//! It has no ids. Ours is `T-` and the first twelve hexadecimal digits of the SHA-1 of name, lot
//! number and road address, joined by `|`: these are what the publisher means by a market, and
//! unlike row numbers or shop counts they are the same in every edition, whether CSV or JSON. A
//! market that is renamed or moves is a new one. Twelve digits of some 1,400 markets collide once
//! in three hundred million editions.

use aws_lc_rs::digest;

use super::record::{Column, Record, in_korea};
use super::{MarketRow, Reason, limits};
use crate::domain::geo::Coordinates;
use crate::domain::market_kind::MarketKind;

/// The columns that tell this form; published files have eighteen.
pub(super) const COLUMNS: [&str; 6] =
    ["시장명", "시장유형", "소재지도로명주소", "소재지지번주소", "위도", "경도"];

const ROAD_ADDRESS: Column = &["소재지도로명주소"];

pub(super) fn read(record: &Record<'_>) -> Result<MarketRow, Reason> {
    let name = record.required(&["시장명"], limits::NAME, Reason::NoName)?;
    let opening = record.text(&["시장유형"], limits::PUBLISHED_TYPE)?;
    let road_address = record.required(ROAD_ADDRESS, limits::ADDRESS, Reason::NoRoadAddress)?;
    let jibun_address = record.optional(&["소재지지번주소"], limits::ADDRESS)?;
    let (latitude, longitude) = record.pair(&["위도"], &["경도"])?;
    Ok(MarketRow {
        source_id: source_id(&name, jibun_address.as_deref(), &road_address),
        source: "전국전통시장표준데이터".to_owned(),
        name,
        kind: MarketKind::TraditionalMarket,
        published_type: format!("전통시장({opening})"),
        chain: None,
        road_address,
        jibun_address,
        zip_code: None,
        coordinates: in_korea(Coordinates::new(latitude, longitude))?,
    })
}

pub(super) fn source_id(name: &str, jibun_address: Option<&str>, road_address: &str) -> String {
    let jibun_address = jibun_address.unwrap_or_default();
    let identity = format!("{name}|{jibun_address}|{road_address}");
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, identity.as_bytes());
    let digits = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}"));
    digits.fold("T-".to_owned(), |id, digits| id + &digits)
}
