//! Who publishes: the instance whose connection holds a lock in the database of the outbox.
//!
//! # Why there
//!
//! The lock is where the rows are, so whoever can read them can know whether it leads, and there
//! is no third server whose outage or clock could let two lead. `GET_LOCK` belongs to a
//! connection: it needs no renewal and is gone the moment the connection is, however that ends
//! (crash, `kill -9`, `KILL`, failover of the server: user locks are not replicated).
//!
//! # Fencing
//!
//! The leader reads and marks rows **on the connection that holds the lock**. A leader that has
//! lost the connection has therefore lost both the lock and the means to go on; it notices at its
//! next query. What it can still do is send the rest of the batch it has read. Those are copies of
//! what the next leader sends too, in the same order, and consumers ignore copies.
//!
//! A leader whose machine vanishes without a word would keep the lock until TCP gives up, which
//! takes hours. So the session asks the server to end it after [`LEASE_S`] without a query; a
//! living leader queries several times a second, and at the very least between two batches, for
//! which it takes less time than that.
//!
//! # Where it does not work
//!
//! A multi-primary cluster (Galera, group replication with several writers), where each node has
//! locks of its own. Services write to one primary (see the decisions in ARCHITECTURE.md).

use diesel::sql_types::{BigInt, Nullable};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};

use crate::db::{Conn, DbError};

/// How long the server keeps the lock of an instance that it does not hear of, in seconds.
pub(super) const LEASE_S: u32 = 15;

/// A connection that leads, or tries to.
pub(super) struct Leadership {
    conn: Conn,
}

#[derive(diesel::QueryableByName)]
struct Lock {
    #[diesel(sql_type = Nullable<BigInt>)]
    got: Option<i64>,
}

impl Leadership {
    /// Prepares a connection that is nobody else's.
    pub(super) async fn candidate(mut conn: Conn) -> Result<Self, DbError> {
        conn.batch_execute(&format!("SET SESSION wait_timeout = {LEASE_S}")).await?;
        Ok(Self { conn })
    }

    /// Takes the lock if nobody has it. A server has one set of lock names for all databases, so
    /// the name contains that of the database, shortened to what both MySQL and MariaDB allow.
    pub(super) async fn apply(&mut self) -> Result<bool, DbError> {
        let lock: Lock = diesel::sql_query(
            "SELECT GET_LOCK(CONCAT('outbox-relay:', LEFT(SHA2(DATABASE(), 256), 40)), 0) AS got",
        )
        .get_result(&mut self.conn)
        .await?;
        Ok(lock.got == Some(1))
    }

    /// The connection, for everything that only the leader may do.
    pub(super) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
