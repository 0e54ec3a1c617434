//! Migrations: run by `migrate`, only looked at by `serve`.

use diesel::mysql::Mysql;
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use super::Conn;

/// A migration failed, or one is pending.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No connection.
    #[error("the database cannot be reached: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// A migration failed half-way; it names itself.
    #[error("migration failed: {0}")]
    Run(Box<dyn std::error::Error + Send + Sync>),
    /// The program is newer than its database.
    #[error("{0} migration(s) are pending: run `migrate` first")]
    Pending(usize),
}

/// Brings the database up to date; says how many migrations it ran.
///
/// Needs a multi-thread runtime.
pub async fn run(url: &str, migrations: EmbeddedMigrations) -> Result<usize, MigrateError> {
    let mut harness = AsyncMigrationHarness::new(Conn::establish(url).await?);
    let ran = MigrationHarness::<Mysql>::run_pending_migrations(&mut harness, migrations)
        .map_err(MigrateError::Run)?;
    Ok(ran.len())
}

/// Refuses a database that lacks a migration.
///
/// Needs a multi-thread runtime.
pub async fn require_none_pending(
    url: &str,
    migrations: EmbeddedMigrations,
) -> Result<(), MigrateError> {
    let mut harness = AsyncMigrationHarness::new(Conn::establish(url).await?);
    let pending = MigrationHarness::<Mysql>::pending_migrations(&mut harness, migrations)
        .map_err(MigrateError::Run)?;
    match pending.len() {
        0 => Ok(()),
        n => Err(MigrateError::Pending(n)),
    }
}
