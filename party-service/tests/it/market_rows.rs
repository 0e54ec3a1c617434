//! Markets for tests: imported, as there is no other way to make one.

use contracts::MarketId;
use diesel::sql_types::{Binary, Text};
use diesel_async::RunQueryDsl;
use party_service::commands::import_markets::{Imported, import_markets};
use party_service::domain::geo::Coordinates;
use party_service::domain::market_kind::MarketKind;
use party_service::market_files::MarketRow;
use testkit::TestDatabase;

use crate::helpers::TestApp;

/// A mart at this place.
pub fn row(name: &str, latitude: f64, longitude: f64) -> MarketRow {
    MarketRow {
        source_id: format!("{name} {latitude} {longitude}"),
        source: "test".into(),
        name: name.into(),
        kind: MarketKind::Mart,
        published_type: "대형마트".into(),
        chain: None,
        road_address: format!("서울특별시 중구 {}로 1", name.replace(' ', "")),
        jibun_address: None,
        zip_code: None,
        coordinates: Coordinates::new(latitude, longitude).unwrap(),
    }
}

/// Imports markets into a database.
pub async fn import(database: &TestDatabase, rows: &[MarketRow]) -> Imported {
    let now = crate::helpers::noon();
    let db = database.db();
    db.transaction(async |conn| import_markets(conn, now, rows).await).await.unwrap()
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Binary)]
    id: MarketId,
}

/// The id of the market with this source id.
pub async fn market_id(database: &TestDatabase, source_id: &str) -> MarketId {
    let found: Found = diesel::sql_query("SELECT id FROM markets WHERE source_id = ?")
        .bind::<Text, _>(source_id)
        .get_result(&mut database.conn().await)
        .await
        .unwrap();
    found.id
}

impl TestApp {
    /// A mart with this name at this place.
    pub async fn market(&self, name: &str, latitude: f64, longitude: f64) -> MarketId {
        let row = row(name, latitude, longitude);
        import(&self.database, std::slice::from_ref(&row)).await;
        market_id(&self.database, &row.source_id).await
    }
}
