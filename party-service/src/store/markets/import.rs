//! What an import asks and writes.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::MarketId;
use diesel::prelude::*;
use diesel::sql_types::SingleValue;
use diesel_async::RunQueryDsl;

use crate::domain::cell::cell;
use crate::domain::{address, fold::fold};
use crate::market_files::MarketRow;
use crate::schema::markets;

/// All that is stored of a market but its id and its age. Two that are equal need no writing.
#[derive(Debug, Clone, PartialEq, Insertable, Queryable, Selectable)]
#[diesel(table_name = markets)]
pub struct MarketRecord {
    /// Identifies it in its source.
    pub source_id: String,
    source: String,
    name: String,
    kind: String,
    published_type: String,
    chain: Option<String>,
    road_address: String,
    jibun_address: Option<String>,
    zip_code: Option<String>,
    latitude: f64,
    longitude: f64,
    cell: u64,
    /// What `LIKE` looks into, folded: name first, so that it also sorts by name.
    search_key: String,
    address_key: String,
}

impl From<&MarketRow> for MarketRecord {
    fn from(row: &MarketRow) -> Self {
        let address_key = address::key(&row.road_address);
        let jibun_address = row.jibun_address.clone();
        // A line break between the parts, which no folded search text has in it: nothing is found
        // across them.
        let search_key = [
            fold(&row.name),
            fold(&row.road_address),
            address_key.clone(),
            fold(jibun_address.as_deref().unwrap_or_default()),
        ]
        .join("\n");
        Self {
            source_id: row.source_id.clone(),
            source: row.source.clone(),
            name: row.name.clone(),
            kind: row.kind.code().to_owned(),
            published_type: row.published_type.clone(),
            chain: row.chain.clone(),
            road_address: row.road_address.clone(),
            jibun_address,
            zip_code: row.zip_code.clone(),
            latitude: row.coordinates.latitude(),
            longitude: row.coordinates.longitude(),
            cell: cell(row.coordinates),
            search_key,
            address_key,
        }
    }
}

/// What is stored under these source ids.
pub async fn stored(
    conn: &mut Conn,
    source_ids: &[&str],
) -> Result<HashMap<String, MarketRecord>, DbError> {
    let records: Vec<MarketRecord> = markets::table
        .filter(markets::source_id.eq_any(source_ids))
        .select(MarketRecord::as_select())
        .load(conn)
        .await?;
    Ok(records.into_iter().map(|record| (record.source_id.clone(), record)).collect())
}

diesel::define_sql_function! {
    /// The value that the row would have been inserted with.
    #[sql_name = "VALUES"]
    fn inserted<T: SingleValue>(column: T) -> T;
}

/// Writes these markets in one statement: new ones get an id, known ones keep theirs.
pub async fn upsert(
    conn: &mut Conn,
    records: &[&MarketRecord],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    use markets::dsl;

    if records.is_empty() {
        return Ok(());
    }
    let updated_at = dsl::updated_at.eq(now.naive_utc());
    let rows: Vec<_> =
        records.iter().map(|record| (dsl::id.eq(MarketId::new()), updated_at, *record)).collect();
    diesel::insert_into(dsl::markets)
        .values(rows)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set((
            dsl::source.eq(inserted(dsl::source)),
            dsl::name.eq(inserted(dsl::name)),
            dsl::kind.eq(inserted(dsl::kind)),
            dsl::published_type.eq(inserted(dsl::published_type)),
            dsl::chain.eq(inserted(dsl::chain)),
            dsl::road_address.eq(inserted(dsl::road_address)),
            dsl::jibun_address.eq(inserted(dsl::jibun_address)),
            dsl::zip_code.eq(inserted(dsl::zip_code)),
            dsl::latitude.eq(inserted(dsl::latitude)),
            dsl::longitude.eq(inserted(dsl::longitude)),
            dsl::cell.eq(inserted(dsl::cell)),
            dsl::search_key.eq(inserted(dsl::search_key)),
            dsl::address_key.eq(inserted(dsl::address_key)),
            dsl::updated_at.eq(inserted(dsl::updated_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
