//! LOCALDATA 대규모점포, the register of large stores published by 행정안전부.
//!
//! Two editions of the columns are about: that of the files up to 2024, and that of today's. Only
//! stores open for business are markets. The id is `L`, the code of the municipality, a hyphen
//! and the letters and digits of the register's own number, which is unique in a municipality and
//! stays with a store for life; separators in it have come and gone with the editions.

use super::record::{Column, Record, WORD, in_korea};
use super::{MarketRow, Reason, chain, limits, projection};

/// The columns that tell this form. The last one keeps other LOCALDATA registers out, which are
/// alike but list restaurants or hair-dressers.
pub(super) const COLUMNS: [&str; 4] = ["개방자치단체코드", "관리번호", "사업장명", "점포구분명"];

const ROAD_ADDRESS: Column = &["도로명전체주소", "도로명주소"];
const JIBUN_ADDRESS: Column = &["소재지전체주소", "지번주소"];
const STATUS_CODE: Column = &["영업상태구분코드", "영업상태코드"];
const X: Column = &["좌표정보(x)", "좌표정보x(epsg5174)"];
const Y: Column = &["좌표정보(y)", "좌표정보y(epsg5174)"];

pub(super) fn read(record: &Record<'_>) -> Result<MarketRow, Reason> {
    if !is_open(record)? {
        return Err(Reason::Closed);
    }
    let source_id = source_id(record)?;
    let name = record.required(&["사업장명"], limits::NAME, Reason::NoName)?;
    let published_type = record.text(&["업태구분명"], limits::PUBLISHED_TYPE)?;
    let store_class = record.text(&["점포구분명"], limits::PUBLISHED_TYPE)?;
    let chain = chain::of(&name);
    let (x, y) = record.pair(X, Y)?;
    Ok(MarketRow {
        source_id,
        source: "LOCALDATA".to_owned(),
        kind: chain::kind(chain, &store_class, &published_type, &name),
        name,
        published_type,
        chain: chain.map(str::to_owned),
        road_address: record.required(ROAD_ADDRESS, limits::ADDRESS, Reason::NoRoadAddress)?,
        jibun_address: record.optional(JIBUN_ADDRESS, limits::ADDRESS)?,
        zip_code: record.zip_code(&["도로명우편번호"])?,
        coordinates: in_korea(projection::to_wgs84(x, y))?,
    })
}

/// By the name of the status: rows registered since 2025 may have no code.
fn is_open(record: &Record<'_>) -> Result<bool, Reason> {
    let status = record.text(&["영업상태명"], WORD)?;
    if !status.is_empty() {
        return Ok(status == "영업/정상");
    }
    Ok(matches!(record.text(STATUS_CODE, WORD)?.as_str(), "01" | "1"))
}

fn source_id(record: &Record<'_>) -> Result<String, Reason> {
    let municipality =
        record.required(&["개방자치단체코드"], limits::SOURCE_ID / 2, Reason::NoSourceId)?;
    let number = record.text(&["관리번호"], limits::SOURCE_ID / 2)?;
    let number: String = number.chars().filter(|c| c.is_alphanumeric()).collect();
    if number.is_empty() {
        return Err(Reason::NoSourceId);
    }
    Ok(format!("L{municipality}-{number}"))
}
