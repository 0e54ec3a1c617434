//! What is generated and checked in.

use std::path::Path;

use notify_service::cli::MIGRATIONS;
use notify_service::routes::openapi_json;
use testkit::{TestDatabase, assert_fresh, schema_rs};

use crate::helpers::Service;

fn path(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

#[test]
fn the_openapi_document_is_fresh() {
    assert_fresh(path("openapi.json"), &openapi_json().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_fresh() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let ours_not = ["idempotency_keys", "processed_events"];
    assert_fresh(path("src/schema.rs"), &schema_rs(&database, &ours_not).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_shows_its_document() {
    let service = Service::start().await;
    let document = service.client.get("/openapi.json").await.expect(200);
    let generated: serde_json::Value = serde_json::from_str(&openapi_json().unwrap()).unwrap();
    assert!(document == generated, "it is the one that is checked in");
    assert!(document["paths"]["/v1/notifications/unread-count"]["get"].is_object());
}
