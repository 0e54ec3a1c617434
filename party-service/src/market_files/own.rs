//! Our own form: a CSV with one column for each thing we keep.
//!
//! Ids are written by whoever writes the file.

use super::chain;
use super::record::{Record, in_korea};
use super::{MarketRow, Reason, limits};
use crate::domain::geo::Coordinates;

/// The columns a file of this form has; it may have more.
pub(super) const COLUMNS: [&str; 11] = [
    "source_id",
    "name",
    "type",
    "store_class",
    "chain",
    "road_address",
    "jibun_address",
    "zip_code",
    "latitude",
    "longitude",
    "source",
];

pub(super) fn read(record: &Record<'_>) -> Result<MarketRow, Reason> {
    let source_id = record.required(&["source_id"], limits::SOURCE_ID, Reason::NoSourceId)?;
    let name = record.required(&["name"], limits::NAME, Reason::NoName)?;
    let published_type = record.text(&["type"], limits::PUBLISHED_TYPE)?;
    let store_class = record.text(&["store_class"], limits::PUBLISHED_TYPE)?;
    let chain = record.optional(&["chain"], limits::CHAIN)?;
    let (latitude, longitude) = record.pair(&["latitude"], &["longitude"])?;
    Ok(MarketRow {
        source_id,
        source: record.text(&["source"], limits::SOURCE)?,
        kind: chain::kind(chain.as_deref(), &store_class, &published_type, &name),
        name,
        published_type,
        chain,
        road_address: record.required(&["road_address"], limits::ADDRESS, Reason::NoRoadAddress)?,
        jibun_address: record.optional(&["jibun_address"], limits::ADDRESS)?,
        zip_code: record.zip_code(&["zip_code"])?,
        coordinates: in_korea(Coordinates::new(latitude, longitude))?,
    })
}
