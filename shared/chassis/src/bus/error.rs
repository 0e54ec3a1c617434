//! What can go wrong between a service and the broker.

use std::time::Duration;

use crate::db::DbError;

/// The bus did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No connection, or it broke.
    #[error("the broker cannot be reached: {0}")]
    Broker(#[from] lapin::Error),
    /// No answer came.
    #[error("{0} did not answer in time")]
    Timeout(&'static str),
    /// The broker did not take a message: it was refused, or there is no queue for it.
    #[error("the broker did not take a message for {0}")]
    NotTaken(String),
    /// The broker ended the subscription, for example because the queue was deleted.
    #[error("the broker ended the subscription")]
    Cancelled,
    /// The connection is gone.
    #[error("the connection to the broker is gone")]
    Disconnected,
    /// A part of the consumer ended before the rest.
    #[error("a lane of the consumer ended")]
    LaneEnded,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The configuration cannot be used.
    #[error("broker.url cannot be used")]
    Config,
}

impl From<diesel::result::Error> for BusError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

/// How long the broker may take to answer. One that takes longer has a problem, and is asked again
/// on another connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Waits for the broker, but not for ever: once connected, its driver knows no time-out, and what
/// is asked at the moment in which the connection breaks is never answered.
pub(super) async fn answer<T>(
    work: impl Future<Output = Result<T, lapin::Error>>,
) -> Result<T, BusError> {
    within(PATIENCE, "the broker", work).await
}

/// Gives up on something that may never answer.
pub(super) async fn within<T, E: Into<BusError>>(
    patience: Duration,
    whom: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, BusError> {
    match tokio::time::timeout(patience, work).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(_) => Err(BusError::Timeout(whom)),
    }
}
