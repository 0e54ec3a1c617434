//! One transaction around one piece of work, run again when the server asks for it.

use std::time::Duration;

use diesel_async::{AnsiTransactionManager, TransactionManager as _};

use super::{Conn, Db, DbError, Retryable};

/// How often a transaction that lost a deadlock is run before the request is answered 503.
const ATTEMPTS: u32 = 4;

impl Db {
    /// Runs `work` in one transaction: all of it or nothing.
    ///
    /// The work may run several times (after a deadlock), so it must keep no state outside the
    /// database. When the connection breaks during the commit, the outcome is unknown and the
    /// answer is [`DbError::Unavailable`]; a client with an idempotency key then asks again.
    pub async fn transaction<T, E>(
        &self,
        work: impl AsyncFn(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: Retryable + From<DbError>,
    {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(&work).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if attempt == ATTEMPTS || !error.is_deadlock() {
                return Err(error);
            }
            metrics::counter!("db_deadlocks_total").increment(1);
            tokio::time::sleep(jitter(attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt<T, E>(&self, work: &impl AsyncFn(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError>,
    {
        let mut conn = self.conn().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        match work(&mut conn).await {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut *conn)
                    .await
                    .map_err(DbError::from)?;
                Ok(value)
            }
            Err(error) => {
                // If even this fails, the connection is broken and the pool throws it away; the
                // server rolls back by itself.
                drop(AnsiTransactionManager::rollback_transaction(&mut *conn).await);
                Err(error)
            }
        }
    }
}

/// A short random pause, so that two transactions do not meet in the same place again.
fn jitter(attempt: u32) -> Duration {
    Duration::from_millis(u64::from(rand::random_range(1..=8 * attempt)))
}
