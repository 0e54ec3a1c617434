//! The markets, as imported.

pub mod addresses;
pub mod import;
pub mod list;
pub mod search;

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use contracts::MarketId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::geo::Coordinates;
use crate::domain::market::Market;
use crate::domain::market_kind::MarketKind;
use crate::schema::markets;

/// The market with this id.
pub async fn find(conn: &mut Conn, id: MarketId) -> Result<Option<Market>, DbError> {
    let row = markets::table.find(id).select(Row::as_select()).first(conn).await.optional()?;
    row.map(Market::try_from).transpose()
}

/// The markets with these ids, in the order of the ids; none for an id that is not there.
pub async fn load(conn: &mut Conn, ids: &[MarketId]) -> Result<Vec<Market>, DbError> {
    let rows: Vec<Row> =
        markets::table.filter(markets::id.eq_any(ids)).select(Row::as_select()).load(conn).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(row.id, Market::try_from(row)?);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = markets)]
struct Row {
    id: MarketId,
    name: String,
    kind: String,
    published_type: String,
    chain: Option<String>,
    road_address: String,
    jibun_address: Option<String>,
    zip_code: Option<String>,
    latitude: f64,
    longitude: f64,
    source: String,
}

impl TryFrom<Row> for Market {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let unknown_kind = |value: &str| DbError::Inconsistent {
            table: "markets",
            column: "kind",
            value: value.to_owned(),
        };
        Ok(Self {
            id: row.id,
            kind: MarketKind::from_code(&row.kind).ok_or_else(|| unknown_kind(&row.kind))?,
            name: row.name,
            published_type: row.published_type,
            chain: row.chain,
            road_address: row.road_address,
            jibun_address: row.jibun_address,
            zip_code: row.zip_code,
            coordinates: coordinates(row.latitude, row.longitude)?,
            source: row.source,
        })
    }
}

fn coordinates(latitude: f64, longitude: f64) -> Result<Coordinates, DbError> {
    Coordinates::new(latitude, longitude).ok_or_else(|| DbError::Inconsistent {
        table: "markets",
        column: "latitude, longitude",
        value: format!("{latitude}, {longitude}"),
    })
}
