//! A database for each test.
//!
//! The migrations run once, into a template named after their content; a test replays the
//! template's tables in one batch, which is several times faster than migrating.

use chassis::config::DatabaseConfig;
use chassis::db::{Conn, Db, migrate};
use diesel::migration::{Migration, MigrationSource as _};
use diesel::mysql::Mysql;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use diesel_migrations::EmbeddedMigrations;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::time::Duration;

use crate::TestServers;
use crate::servers::DATABASE_URL;

/// A database that lives as long as its test.
pub struct TestDatabase {
    /// The URL of its server.
    server: String,
    name: String,
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(diesel::QueryableByName)]
struct CreateTable {
    #[diesel(sql_type = Text, column_name = "Create Table")]
    ddl: String,
}

impl TestDatabase {
    /// A database with all of a service's tables, all empty. Needs a multi-thread runtime.
    pub async fn create(migrations: EmbeddedMigrations) -> Self {
        Self::create_at(crate::server_url(DATABASE_URL), migrations).await
    }

    /// The same on servers of one's own.
    pub async fn create_on(servers: &TestServers, migrations: EmbeddedMigrations) -> Self {
        Self::create_at(servers.database.clone(), migrations).await
    }

    async fn create_at(server: String, migrations: EmbeddedMigrations) -> Self {
        let mut conn = connect(&server, "").await;
        let template = template(&mut conn, &server, migrations).await;
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let mut batch = format!(
            "CREATE DATABASE `{name}` CHARACTER SET utf8mb4; USE `{name}`; SET SESSION foreign_key_checks = 0;"
        );
        for table in tables(&mut conn, &template).await {
            let created: CreateTable =
                diesel::sql_query(format!("SHOW CREATE TABLE `{template}`.`{table}`"))
                    .get_result(&mut conn)
                    .await
                    .expect("a table of the template can be read");
            batch.push_str(&created.ddl);
            batch.push(';');
        }
        for trigger in triggers(&mut conn, &template).await {
            batch.push_str(&trigger);
            batch.push(';');
        }
        // A service refuses to start on a database that was not migrated.
        write!(
            batch,
            "INSERT INTO __diesel_schema_migrations SELECT * FROM `{template}`.__diesel_schema_migrations;"
        )
        .expect("a string takes text");
        conn.batch_execute(&batch).await.expect("the tables can be made");
        Self { server, name }
    }

    /// A database without tables, for a program that migrates it itself.
    pub async fn empty() -> Self {
        Self::empty_at(crate::server_url(DATABASE_URL)).await
    }

    /// The same on servers of one's own.
    pub async fn empty_on(servers: &TestServers) -> Self {
        Self::empty_at(servers.database.clone()).await
    }

    async fn empty_at(server: String) -> Self {
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let sql = format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4");
        connect(&server, "").await.batch_execute(&sql).await.expect("a database can be made");
        Self { server, name }
    }

    /// Where it is, with all rights on it.
    #[must_use]
    pub fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }

    /// What it is called on its server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The configuration of a service that uses it.
    #[must_use]
    pub fn config(&self) -> DatabaseConfig {
        Self::config_at(self.url())
    }

    /// The same for another way there, such as a [`FaultProxy`](crate::FaultProxy).
    #[must_use]
    pub fn config_at(url: String) -> DatabaseConfig {
        DatabaseConfig {
            url: SecretString::from(url),
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }

    /// A pool of its own, for a test that looks into the tables.
    #[must_use]
    pub fn db(&self) -> Db {
        Db::new(&self.config()).expect("the URL is one")
    }

    /// One connection.
    pub async fn conn(&self) -> Conn {
        connect(&self.server, &self.name).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS `{}`", self.name);
        let server = self.server.clone();
        // A destructor cannot wait on the runtime it runs in.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                connect(&server, "")
                    .await
                    .batch_execute(&sql)
                    .await
                    .expect("the database can be dropped");
            });
        })
        .join();
        if dropped.is_err() && !std::thread::panicking() {
            eprintln!("{} was left behind", self.name);
        }
    }
}

fn url_of(server: &str, database: &str) -> String {
    format!("{}/{database}", server.trim_end_matches('/'))
}

async fn connect(server: &str, database: &str) -> Conn {
    Conn::establish(&url_of(server, database)).await.expect("the test database server answers")
}

/// Makes the template if it is not there; one test makes it and the others wait.
async fn template(conn: &mut Conn, server: &str, migrations: EmbeddedMigrations) -> String {
    let name = format!("template_{}", fingerprint(&migrations));
    let sql = format!("DO GET_LOCK('{name}', 60)");
    conn.batch_execute(&sql).await.expect("the lock is to be had");
    let ready = format!("{name}_ready");
    if !exists(conn, &ready).await {
        let make = format!("CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4");
        conn.batch_execute(&make).await.expect("the template can be made");
        migrate::run(&url_of(server, &name), migrations).await.expect("the migrations run");
        // An empty database says that the template is whole.
        let mark = format!("CREATE DATABASE IF NOT EXISTS `{ready}`");
        conn.batch_execute(&mark).await.expect("the template can be marked");
    }
    conn.batch_execute(&format!("DO RELEASE_LOCK('{name}')")).await.expect("the lock is ours");
    name
}

async fn exists(conn: &mut Conn, database: &str) -> bool {
    let found: Vec<Name> = diesel::sql_query(
        "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name = ?",
    )
    .bind::<Text, _>(database)
    .load(conn)
    .await
    .expect("databases can be listed");
    !found.is_empty()
}

async fn tables(conn: &mut Conn, database: &str) -> Vec<String> {
    let rows: Vec<Name> = diesel::sql_query(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? ORDER BY name",
    )
    .bind::<Text, _>(database)
    .load(conn)
    .await
    .expect("tables can be listed");
    rows.into_iter().map(|row| row.name).collect()
}

/// The statements that make the triggers again.
async fn triggers(conn: &mut Conn, database: &str) -> Vec<String> {
    // Both servers keep the body as it was written; the names have no need of quotes.
    let rows: Vec<Name> = diesel::sql_query(
        "SELECT CAST(CONCAT('CREATE TRIGGER ', trigger_name, ' ', action_timing, ' ', \
             event_manipulation, ' ON ', event_object_table, ' FOR EACH ROW ', action_statement) \
             AS CHAR) AS name \
         FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY action_order, trigger_name",
    )
    .bind::<Text, _>(database)
    .load(conn)
    .await
    .expect("triggers can be listed");
    rows.into_iter().map(|row| row.name).collect()
}

/// What names the template: the versions are dates, so a migration that is edited while it is
/// being written must change the name too; the statements are not to be had, the program is.
fn fingerprint(migrations: &EmbeddedMigrations) -> String {
    let mut hash = Sha256::new();
    let all: Vec<Box<dyn Migration<Mysql>>> =
        migrations.migrations().expect("embedded migrations can be listed");
    for migration in all {
        hash.update(migration.name().to_string());
    }
    let program = std::env::current_exe().expect("a test has a program");
    hash.update(program.as_os_str().as_encoded_bytes());
    let changed =
        program.metadata().and_then(|meta| meta.modified()).expect("a program has an age");
    let age = changed.duration_since(std::time::UNIX_EPOCH).expect("it is not from before 1970");
    hash.update(age.as_nanos().to_le_bytes());
    hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes text");
        hex
    })
}
