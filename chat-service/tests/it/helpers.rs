//! A database with the tables of the service.

use chat_service::cli::MIGRATIONS;
use testkit::TestDatabase;

/// A database with nothing in it but tables.
pub(crate) async fn database() -> TestDatabase {
    TestDatabase::create(MIGRATIONS).await
}
