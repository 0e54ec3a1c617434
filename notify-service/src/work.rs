//! Transactions of tasks that are spawned.

use chassis::db::{Conn, DbError};
use futures_util::future::BoxFuture;

/// Tells the compiler what it cannot find out about an asynchronous closure: that its future may
/// move to another thread, whatever connection it is given.
pub(crate) const fn work<T, W>(work: W) -> W
where
    W: for<'a> Fn(&'a mut Conn) -> BoxFuture<'a, Result<T, DbError>>,
{
    work
}
