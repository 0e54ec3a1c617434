//! Markets that are imported while people search.

use contracts::MarketId;
use serde_json::json;

use super::paths;
use crate::parties::stage::{Person, Stage};

async fn open_at(stage: &Stage, leader: &Person, market: MarketId) -> String {
    stage.open_with(leader, json!({ "market_id": market })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_at_a_new_market_is_found_at_once_by_every_instance() {
    let stage = Stage::spawn().await;
    let [leader, reader] = stage.people().await;
    let mut config = Stage::config(&stage.app.database, &stage.catalog);
    config.tokens.keys_dir.clone_from(&stage.app.keys_dir);
    let other = stage.app.again(&config);
    let elsewhere =
        Person { id: reader.id, client: other.client.with_token(reader.client.token().unwrap()) };
    let here = "lat=35.1&lon=129.0&sort=";
    for sort in ["distance", "closing", "newest"] {
        for reader in [&reader, &elsewhere] {
            assert!(paths(reader, &format!("{here}{sort}")).await.is_empty());
        }
    }
    let mut opened = Vec::new();
    for (number, sort) in ["distance", "closing", "newest"].into_iter().enumerate() {
        let market = stage.app.market(&format!("새 시장 {number}"), 35.1, 129.0).await;
        opened.push(open_at(&stage, &leader, market).await);
        for reader in [&reader, &elsewhere] {
            assert_eq!(paths(reader, &format!("{here}{sort}")).await.len(), opened.len());
        }
    }
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_that_has_moved_is_found_where_it_is() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let mut row = crate::market_rows::row("이사한 시장", 35.1, 129.0);
    crate::market_rows::import(&stage.app.database, std::slice::from_ref(&row)).await;
    let market = crate::market_rows::market_id(&stage.app.database, &row.source_id).await;
    let path = open_at(&stage, &leader, market).await;
    assert_eq!(paths(&leader, "lat=35.1&lon=129.0").await, std::slice::from_ref(&path));
    row.coordinates = party_service::domain::geo::Coordinates::new(35.5, 129.3).unwrap();
    crate::market_rows::import(&stage.app.database, &[row]).await;
    assert!(paths(&leader, "lat=35.1&lon=129.0").await.is_empty());
    assert_eq!(paths(&leader, "lat=35.5&lon=129.3").await, [path]);
}
