//! What every handler and worker may use.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::redis::Cache;

use crate::config::{Config, NotificationsConfig};
use crate::stream::Announcer;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// The cache, through which instances tell each other what is new.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
    /// Tells those who are listening what is new.
    pub announcer: Announcer,
    /// What is told, and how much is kept.
    pub limits: NotificationsConfig,
}

impl State {
    /// Makes the parts.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            db: Db::new(&config.database)?,
            cache: Cache::new(&config.redis)?,
            clock,
            announcer: Announcer,
            limits: config.notifications,
        })
    }
}
