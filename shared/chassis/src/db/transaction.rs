//! One transaction around one piece of work, run again when the server asks for it.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AnsiTransactionManager, TransactionManager as _};
use tokio::sync::Notify;

use super::{Conn, Db, DbError, Retryable};

/// How often a transaction that lost a deadlock is run before the request is answered 503.
const ATTEMPTS: u32 = 4;

tokio::task_local! {
    /// Whether the transaction under way has added to the outbox.
    static APPENDED: Cell<bool>;
}

/// Notes that the transaction under way, if it is one of [`Db::transaction`], has added to the
/// outbox, so that the relay is woken by its commit.
pub(crate) fn note_appended() {
    // Outside of one, the relay finds the row at its next look.
    let _ = APPENDED.try_with(|appended| appended.set(true));
}

/// Runs a transaction so that its commit knows whether there is something for the relay.
pub(crate) async fn noting_appends<T>(transaction: impl Future<Output = T>) -> T {
    APPENDED.scope(Cell::new(false), transaction).await
}

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
            let error = match noting_appends(self.attempt(&work)).await {
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
        let mut transaction = self.begin().await?;
        match work(&mut transaction.conn).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.roll_back().await;
                Err(error)
            }
        }
    }

    /// Opens a transaction by hand. This is for whoever does something between its last statement and
    /// its commit, and for tasks that are spawned: of an asynchronous closure that borrows, the
    /// compiler cannot tell that it may move between threads. It is run once, whatever happens.
    pub async fn begin(&self) -> Result<Transaction, DbError> {
        let mut conn = self.conn().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn).await?;
        Ok(Transaction { conn, appended: self.appended.clone() })
    }
}

/// An open transaction; dropped, it is rolled back by the server.
pub struct Transaction {
    pub(crate) conn: Object<Conn>,
    appended: Arc<Notify>,
}

impl Transaction {
    /// The connection that it is on.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Makes it true, and wakes the relay if there is something for it. If this fails, whether it is
    /// true is unknown.
    pub async fn commit(mut self) -> Result<(), DbError> {
        AnsiTransactionManager::commit_transaction(&mut *self.conn).await?;
        if APPENDED.try_with(Cell::get) == Ok(true) {
            self.appended.notify_one();
        }
        Ok(())
    }

    /// Undoes it.
    pub async fn roll_back(mut self) {
        // If even this fails, the connection is broken and the pool throws it away; the server
        // rolls back by itself.
        drop(AnsiTransactionManager::rollback_transaction(&mut *self.conn).await);
    }
}

/// A short random pause, so that two transactions do not meet in the same place again.
fn jitter(attempt: u32) -> Duration {
    Duration::from_millis(u64::from(rand::random_range(1..=8 * attempt)))
}
