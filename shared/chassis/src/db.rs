//! The service's own database: pool, transactions, errors.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{Hook, HookError, Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolError, RecyclingMethod,
};
use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;

use crate::config::DatabaseConfig;

mod error;
mod last_statement;
pub mod migrate;
pub(crate) mod schema;
pub(crate) mod transaction;

pub use error::{DbError, Retryable};
pub use transaction::Transaction;

/// A connection, as the functions of a store take it.
pub type Conn = AsyncMysqlConnection;

/// A connection idle for longer, or whose last statement failed, is asked whether it is still there
/// before it is used: a query too many now and then, instead of a failed request after the database
/// was restarted.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// How long a statement waits for a row that another transaction holds.
const LOCK_WAIT_S: u32 = 3;

/// The database of a service.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Conn>,
    /// Rung after each commit that added to the outbox.
    appended: Arc<Notify>,
}

impl Db {
    /// Makes the pool. It connects when first used, so the database need not be there yet.
    pub fn new(config: &DatabaseConfig) -> Result<Self, DbError> {
        let setup = session_setup(config.statement_timeout);
        let mut manager_config = ManagerConfig::default();
        manager_config.recycling_method = RecyclingMethod::Fast;
        manager_config.custom_setup = Box::new(move |url| {
            let (url, setup) = (url.to_owned(), setup.clone());
            async move {
                let mut conn = Conn::establish(&url).await?;
                conn.batch_execute(&setup)
                    .await
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                last_statement::watch(&mut conn);
                Ok(conn)
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(
            config.url.expose_secret(),
            manager_config,
        );
        let pool = Pool::builder(manager)
            .max_size(config.max_connections)
            .runtime(deadpool_redis::Runtime::Tokio1)
            .wait_timeout(Some(config.acquire_timeout))
            .create_timeout(Some(config.acquire_timeout))
            .recycle_timeout(Some(config.acquire_timeout))
            .pre_recycle(Hook::async_fn(|conn: &mut Conn, metrics| {
                let trusted =
                    metrics.last_used() < TRUSTED_IDLE && last_statement::ended_well(conn);
                async move {
                    if trusted {
                        return Ok(());
                    }
                    conn.batch_execute("DO 0")
                        .await
                        .map_err(|e| HookError::Backend(PoolError::QueryError(e)))
                }
                .boxed()
            }))
            .build()
            .map_err(|e| DbError::Unavailable(e.to_string()))?;
        Ok(Self { pool, appended: Arc::default() })
    }

    /// Takes a connection for reading. Writing goes through [`transaction`](Self::transaction).
    pub async fn conn(&self) -> Result<Object<Conn>, DbError> {
        self.pool.get().await.map_err(|e| DbError::Unavailable(e.to_string()))
    }

    /// Takes a connection out of the pool for good: for whoever holds a lock that is the
    /// connection's.
    pub async fn own_conn(&self) -> Result<Conn, DbError> {
        Ok(Object::take(self.conn().await?))
    }

    /// Resolves when a transaction of this instance that added to the outbox has been committed.
    pub(crate) async fn appended(&self) {
        self.appended.notified().await;
    }

    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), DbError> {
        Ok(self.conn().await?.batch_execute("DO 0").await?)
    }
}

/// What each connection is told once. The time-out of statements has another name and unit in
/// MariaDB (seconds, all statements) and in MySQL (milliseconds, SELECT only), and each reads only
/// the comment meant for it.
fn session_setup(statement_timeout: Duration) -> String {
    let (seconds, millis) = (statement_timeout.as_secs_f64(), statement_timeout.as_millis());
    format!(
        "SET SESSION innodb_lock_wait_timeout = {LOCK_WAIT_S} \
         /*M!100000 , SESSION max_statement_time = {seconds} */ \
         /*!80000 , SESSION max_execution_time = {millis} */; \
         SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
    )
}
