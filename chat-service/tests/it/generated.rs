//! Files that are generated and checked in are what would be generated now.

use crate::helpers::database;

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_fresh() {
    let of_the_chassis = ["outbox", "idempotency_keys", "processed_events"];
    let generated = testkit::schema_rs(&database().await, &of_the_chassis).await;
    testkit::assert_fresh(concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.rs"), &generated);
}

#[test]
fn the_openapi_document_is_fresh() {
    let generated = chat_service::routes::openapi_json().unwrap();
    testkit::assert_fresh(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), &generated);
}
