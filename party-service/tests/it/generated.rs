//! Files that are generated and checked in are what would be generated now.

use crate::helpers::database;

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_fresh() {
    let generated =
        testkit::schema_rs(&database().await, &["outbox", "idempotency_keys", "processed_events"])
            .await;
    testkit::assert_fresh(concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.rs"), &generated);
}

#[test]
fn the_openapi_document_is_fresh() {
    let generated = party_service::routes::openapi_json().unwrap() + "\n";
    testkit::assert_fresh(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), &generated);
}
