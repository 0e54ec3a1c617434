//! What every handler may use.

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::db::Db;
use tokio::sync::Notify;

use crate::current::Current;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// The catalogue in use.
    pub current: Current,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Whether there is a key to the open API.
    pub has_source: bool,
    /// Tells the worker that there is an import to be made.
    pub wake_importer: Arc<Notify>,
}
