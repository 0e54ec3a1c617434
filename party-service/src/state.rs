//! What every handler and worker may use.

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::config::DatabaseConfig;
use chassis::db::Db;
use chassis::identity::{Keys, RevokedSessions};
use chassis::redis::Cache;
use chrono::TimeDelta;

use crate::addresses::AddressBook;
use crate::catalog::Catalog;
use crate::chat::Chat;
use crate::config::{Config, SignInConfig};
use crate::export::Exports;
use crate::market_map::MarketMap;
use crate::passwords::Passwords;
use crate::profiles::Profiles;
use crate::rate_limit::RateLimit;
use crate::revocations::Revocations;
use crate::tokens::{KeyRing, Tokens};

/// Connections that an instance keeps for the epoch of remembered profiles, besides those of
/// `database.max_connections`: one for the worker who asks, one for a writer who cannot reach Redis.
const EPOCH_CONNECTIONS: usize = 2;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// Where addresses are.
    pub addresses: AddressBook,
    /// How often one person may search for addresses.
    pub address_searches: RateLimit,
    /// How long what is left of people who have withdrawn is kept.
    pub erase_after: TimeDelta,
    /// What other services hold about people.
    pub exports: Exports,
    /// How often one person may ask for an export.
    pub export_requests: RateLimit,
    /// What items there are.
    pub catalog: Catalog,
    /// What was said in chats.
    pub chat: Chat,
    /// Where the markets are.
    pub market_map: MarketMap,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// What everyone may know of people.
    pub profiles: Profiles,
    /// Makes everyone refuse the tokens of sessions that are over.
    pub revocations: Revocations,
    /// How patient we are with wrong passwords.
    pub sign_in: Arc<SignInConfig>,
    /// Issues tokens.
    pub tokens: Tokens,
    /// The database.
    pub db: Db,
    /// The cache.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
}

impl State {
    /// Makes the parts. `trusted` is told which keys our own tokens are signed with, `refused` which
    /// sessions are over.
    pub fn new(
        config: &Config,
        clock: Clock,
        trusted: Keys,
        refused: RevokedSessions,
    ) -> anyhow::Result<Self> {
        let (db, cache) = (Db::new(&config.database)?, Cache::new(&config.redis)?);
        let few = DatabaseConfig { max_connections: EPOCH_CONNECTIONS, ..config.database.clone() };
        let delay = TimeDelta::from_std(config.tokens.publication_delay)?;
        let keys = KeyRing::open(&config.tokens.keys_dir, delay, trusted)?;
        let tokens = Tokens::new(keys, &config.identity, &config.tokens);
        let lifetime = tokens.access_lifetime();
        Ok(Self {
            addresses: AddressBook::new(
                &config.kakao,
                &config.addresses,
                db.clone(),
                cache.clone(),
            )?,
            address_searches: RateLimit::new(
                "address-searches",
                config.addresses.searches_per_minute,
                cache.clone(),
                clock.clone(),
            ),
            erase_after: config.withdrawal.erase_after(),
            exports: Exports::new(&config.export, &config.chat.url)?,
            export_requests: RateLimit::new(
                "exports",
                config.export.per_minute,
                cache.clone(),
                clock.clone(),
            ),
            catalog: Catalog::new(&config.catalog, clock.clone())?,
            chat: Chat::new(&config.chat)?,
            market_map: MarketMap::default(),
            passwords: Passwords::new(&config.passwords)?,
            profiles: Profiles::new(db.clone(), Db::new(&few)?, cache.clone(), clock.clone()),
            revocations: Revocations::new(cache.clone(), clock.clone(), refused, lifetime),
            sign_in: Arc::new(config.sign_in.clone()),
            tokens,
            db,
            cache,
            clock,
        })
    }
}
