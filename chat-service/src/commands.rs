//! State changes, one a file.
//!
//! A command runs inside the one transaction that its caller opened, so that what it changes and
//! what it tells are committed together. It locks the people it depends on and then the rooms it
//! changes, each in the order of their ids.

pub mod close_room;
pub mod erase_person;
pub mod follow_party;
pub mod remove_message;
mod tell;

use chassis::db::{DbError, Retryable};

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The room is not there for whoever asks.
    #[error("there is no such room")]
    NoSuchRoom,
    /// Only the leader may.
    #[error("only the leader may")]
    NotTheLeader,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl Retryable for Error {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_deadlock())
    }
}
