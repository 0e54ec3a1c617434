//! What every handler and worker may use.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::redis::Cache;

use crate::addresses::AddressBook;
use crate::rate_limit::RateLimit;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// Where addresses are.
    pub addresses: AddressBook,
    /// How often one person may search for addresses.
    pub address_searches: RateLimit,
    /// The database.
    pub db: Db,
    /// The cache.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
}
