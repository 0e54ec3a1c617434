//! What every handler and worker may use.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::identity::RevokedSessions;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;

use crate::config::{Config, NotificationsConfig};
use crate::directory::Directory;
use crate::stream::{self, Announcer, Hub, Needs};

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// The cache, through which instances tell each other what is new.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
    /// The streams of those who are listening here.
    pub hub: Hub,
    /// Tells those who are listening what is new.
    pub announcer: Announcer,
    /// What there is to be starred.
    pub directory: Directory,
    /// What is told, and how much is kept.
    pub limits: NotificationsConfig,
}

impl State {
    /// Makes the parts.
    pub fn new(
        config: &Config,
        clock: Clock,
        revoked: &RevokedSessions,
        life: &Lifecycle,
    ) -> anyhow::Result<Self> {
        let (db, cache) = (Db::new(&config.database)?, Cache::new(&config.redis)?);
        let needs = Needs { db: &db, cache: &cache, clock: &clock, revoked };
        let (hub, announcer) = stream::start(&config.stream, &needs, life)?;
        let directory = Directory::new(&config.directory, &clock)?;
        let limits = config.notifications;
        Ok(Self { db, cache, clock, hub, announcer, directory, limits })
    }
}
