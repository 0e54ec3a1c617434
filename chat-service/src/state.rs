//! What every handler may use.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;

use crate::bridge::{self, Interest, Publisher};
use crate::config::Config;
use crate::herald::Herald;
use crate::hub::Hub;
use crate::presence::Presence;
use crate::writer::Writer;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// Hands messages to those who are connected here.
    pub hub: Hub,
    /// Which rooms are watched here.
    pub interest: Interest,
    /// Who is connected to which room.
    pub presence: Presence,
    /// Stores messages.
    pub writer: Writer,
    /// Tells what other transactions have stored.
    pub herald: Herald,
    /// The database.
    pub db: Db,
    /// The cache.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
    /// The life of the service.
    pub life: Lifecycle,
}

impl State {
    /// Makes the parts and starts those that work by themselves.
    pub fn new(config: &Config, clock: Clock, life: &Lifecycle) -> anyhow::Result<Self> {
        let (db, cache) = (Db::new(&config.database)?, Cache::new(&config.redis)?);
        let interest = Interest::default();
        let hub = Hub::new(db.clone(), interest.clone());
        let publisher = Publisher::spawn(life, &cache);
        bridge::spawn(life, &config.bridge, &db, &cache, &hub, &interest, &publisher);
        let herald = Herald::default();
        herald.spawn(life, &db, &hub, &publisher);
        Ok(Self {
            presence: Presence::spawn(life, &cache, &clock, &db, &hub, &publisher),
            writer: Writer::spawn(life, &config.sending, &db, &clock, &hub, &publisher),
            hub,
            interest,
            herald,
            db,
            cache,
            clock,
            life: life.clone(),
        })
    }
}
