//! What every handler and worker may use.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::redis::Cache;

use crate::addresses::AddressBook;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// Where addresses are.
    pub addresses: AddressBook,
    /// The database.
    pub db: Db,
    /// The cache.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
}
