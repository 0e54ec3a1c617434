//! What is generated and checked in.

use std::path::Path;

use catalog_service::cli::MIGRATIONS;
use catalog_service::routes::openapi_json;
use testkit::{TestDatabase, assert_fresh, schema_rs};

use crate::helpers::{database_with, serve};

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
    assert_fresh(
        path("src/schema.rs"),
        &schema_rs(&database, &["idempotency_keys", "outbox"]).await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_shows_its_document() {
    let database = database_with(&[]).await;
    let service = serve(&database).await;
    let document = service.client.get("/openapi.json").await.expect(200);
    let generated: serde_json::Value = serde_json::from_str(&openapi_json().unwrap()).unwrap();
    assert!(document == generated, "it is the one that is checked in");
    assert!(document["paths"]["/v1/items"]["get"].is_object());
}
