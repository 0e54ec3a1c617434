//! `GET /v1/categories`.

use serde_json::json;

use crate::helpers::{database_with, serve, some_items};

#[tokio::test(flavor = "multi_thread")]
async fn categories_say_how_many_items_they_have() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    let body = service.client.get("/v1/categories").await.expect(200);
    let shown = body["items"].as_array().unwrap();
    assert_eq!(shown[0], json!({"code": "06", "name": "과실류", "items_count": 6, "sold": true}));
    assert_eq!(shown.len(), 7);

    let all = service.client.get("/v1/categories?include_unsold=true").await.expect(200);
    let all = all["items"].as_array().unwrap();
    assert_eq!(all.len(), 9);
    assert_eq!(
        all[8],
        json!({"code": "41", "name": "생축(가축)류", "items_count": 1, "sold": false})
    );
    let count: u64 = all.iter().map(|category| category["items_count"].as_u64().unwrap()).sum();
    assert_eq!(usize::try_from(count).unwrap(), some_items().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_checked() {
    let database = database_with(&[]).await;
    let service = serve(&database).await;
    service.client.get("/v1/categories?include_unsold=1").await.expect_invalid(&["include_unsold"]);
    service.client.get("/v1/categories?limit=1").await.expect_problem(422, "validation_failed");
    assert_eq!(service.client.get("/v1/categories").await.expect(200), json!({"items": []}));
}
