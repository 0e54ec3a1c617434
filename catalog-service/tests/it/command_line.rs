//! The program as operators start it.

use std::path::Path;
use std::process::Output;

use catalog_service::cli::MIGRATIONS;
use catalog_service::store::{items, version};
use testkit::{FaultProxy, TestDatabase};
use tokio::process::Command;

use crate::helpers::sample;

async fn run(database_url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_catalog-service"))
        .args(arguments)
        .env("CATALOG__DATABASE__URL", database_url)
        .env("CATALOG__REDIS__URL", testkit::server_url("TEST_REDIS_URL"))
        .env("CATALOG__REDIS__KEY_PREFIX", database_url)
        .env("CATALOG__BROKER__URL", "amqp://127.0.0.1:9")
        .env("CATALOG__IDENTITY__JWKS_URL", "http://127.0.0.1:9/keys")
        .output()
        .await
        .expect("the program can be started")
}

async fn import(database_url: &str, file: &Path) -> Output {
    run(database_url, &["import", "--source", file.to_str().unwrap()]).await
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_changes_nothing() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let first = import(&database.url(), &sample()).await;
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert_eq!(
        text(&first.stdout),
        "206 row(s): 206 inserted, 0 updated, 0 unchanged, 0 refused, 0 deactivated\n"
    );
    let mut conn = database.conn().await;
    let before =
        (items::load_active(&mut conn).await.unwrap(), version::read(&mut conn).await.unwrap());

    let second = import(&database.url(), &sample()).await;
    assert_eq!(
        text(&second.stdout),
        "206 row(s): 0 inserted, 0 updated, 206 unchanged, 0 refused, 0 deactivated\n"
    );
    let after =
        (items::load_active(&mut conn).await.unwrap(), version::read(&mut conn).await.unwrap());
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_named_and_the_others_are_taken() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let header = "category_code,category_name,item_code,item_name,variety_code,variety_name";
    let rows = format!("{header}\n06,과실류,0601,사과,060103,후지\n06,과실류,0601,,060104,홍옥\n");
    std::fs::write(file.path(), rows).unwrap();
    let output = import(&database.url(), file.path()).await;
    assert!(output.status.success());
    assert_eq!(
        text(&output.stderr),
        "1/1 page(s), 2 row(s)\nrefused: line 3: item_name missing: 06 | 과실류 | 0601 |  | 060104 | 홍옥\n"
    );
    assert_eq!(
        text(&output.stdout),
        "2 row(s): 1 inserted, 0 updated, 0 unchanged, 1 refused, 0 deactivated\n"
    );

    // What the file says now counts.
    std::fs::write(file.path(), format!("{header}\n06,과실류,0601,사과,060103,부사\n")).unwrap();
    let output = import(&database.url(), file.path()).await;
    assert_eq!(
        text(&output.stdout),
        "1 row(s): 0 inserted, 1 updated, 0 unchanged, 0 refused, 0 deactivated\n"
    );
    let mut conn = database.conn().await;
    let items = items::load_active(&mut conn).await.unwrap();
    assert_eq!(items.first().unwrap().display_name(), "사과 (부사)");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_fails_with_one_clear_sentence() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let missing = import(&database.url(), Path::new("/nowhere/items.csv")).await;
    assert!(!missing.status.success());
    assert!(text(&missing.stderr).contains("/nowhere/items.csv cannot be read"));

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "name\n사과\n").unwrap();
    let foreign = import(&database.url(), file.path()).await;
    assert!(!foreign.status.success());
    assert!(text(&foreign.stderr).contains("category_code"), "{}", text(&foreign.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_without_a_database_fails_cleanly_and_keeps_the_password() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    proxy.go_down();
    let output = import(&url, &sample()).await;
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("the database cannot be reached"), "{said}");
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap();
    assert!(!said.contains(password), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_refuses_a_database_that_was_not_migrated() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let mut conn = database.conn().await;
    diesel_async::SimpleAsyncConnection::batch_execute(
        &mut conn,
        "DROP TABLE import_refusals; \
         DELETE FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1",
    )
    .await
    .unwrap();
    let output = run(&database.url(), &["serve"]).await;
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains("1 migration(s) are pending"),
        "{}",
        text(&output.stderr)
    );

    let output = run(&database.url(), &["migrate"]).await;
    assert_eq!(text(&output.stdout), "1 migration(s) run\n");
}
