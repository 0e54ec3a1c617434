//! What a service does about a type of event.

use std::marker::PhantomData;
use std::sync::Arc;

use contracts::Event;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use crate::db::{Conn, DbError, Retryable};

/// Acts on events that carry `T`.
pub trait Handle<T>: Send + Sync + 'static {
    /// Does it, in the transaction that `conn` is in. It may run several times, after a deadlock
    /// or a failure, but is committed once.
    fn handle(
        &self,
        conn: &mut Conn,
        event: Event<T>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Called after the transaction of an event has been committed, to wake whoever works on what
    /// it left behind. A hint and no more: a process that dies in between never calls it.
    fn committed(&self) {}
}

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What the event says cannot be, now or later: it becomes a dead letter at once.
    #[error("the event makes no sense: {0}")]
    Malformed(String),
    /// Something did not work that may work later.
    #[error("{0}")]
    Failed(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl Retryable for Failure {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_deadlock())
    }
}

/// A handler whose type of event is forgotten.
pub(super) trait AnyHandler: Send + Sync {
    /// Reads the event and acts on it.
    fn handle<'a>(
        &'a self,
        conn: &'a mut Conn,
        body: &'a [u8],
    ) -> BoxFuture<'a, Result<(), Failure>>;

    /// See [`Handle::committed`].
    fn committed(&self);
}

/// A handler that knows its type of event.
pub(super) struct Typed<T, H> {
    handler: Arc<H>,
    reads: PhantomData<fn() -> T>,
}

impl<T, H> Typed<T, H> {
    pub(super) const fn new(handler: Arc<H>) -> Self {
        Self { handler, reads: PhantomData }
    }
}

impl<T, H> AnyHandler for Typed<T, H>
where
    T: DeserializeOwned + Send + 'static,
    H: Handle<T>,
{
    fn handle<'a>(
        &'a self,
        conn: &'a mut Conn,
        body: &'a [u8],
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let event: Event<T> =
                serde_json::from_slice(body).map_err(|e| Failure::Malformed(e.to_string()))?;
            self.handler.handle(conn, event).await
        })
    }

    fn committed(&self) {
        self.handler.committed();
    }
}
