//! What can be configured; `config/default.toml` explains each key.

use std::time::Duration;

use chassis::config::{
    BrokerConfig, DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig,
    Validate, load, millis, require_http_url,
};
use reqwest::Url;
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the service listens.
    pub http: HttpConfig,
    /// Its database.
    pub database: DatabaseConfig,
    /// Where it hears of revoked sessions.
    pub redis: RedisConfig,
    /// Where its events go.
    pub broker: BrokerConfig,
    /// Whose tokens it believes.
    pub identity: IdentityConfig,
    /// The catalogue in memory.
    pub catalogue: CatalogueConfig,
    /// The open API that items come from.
    pub mafra: MafraConfig,
    /// How items are imported.
    pub import: ImportConfig,
    /// What it writes down.
    pub log: LogConfig,
}

/// `[catalogue]`: the catalogue in memory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueConfig {
    /// How often the database is asked whether the items have changed.
    #[serde(with = "millis", rename = "reload_every_ms")]
    pub reload_every: Duration,
}

/// `[mafra]`: the open API that items come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MafraConfig {
    /// Where it is; the key, the format and the table follow in the path.
    #[serde(deserialize_with = "url")]
    pub base_url: Url,
    /// The key; empty if there is none.
    pub key: SecretString,
    /// How long one answer may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
    /// How often a page is asked for before the import is given up.
    pub attempts: u32,
    /// The pause after the first attempt; it doubles with each.
    #[serde(with = "millis", rename = "retry_pause_ms")]
    pub retry_pause: Duration,
}

/// `[import]`: how items are imported.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportConfig {
    /// How many pages are asked for at once.
    pub concurrency: usize,
    /// How long after the death of an importer another one may go on.
    #[serde(with = "millis", rename = "lock_ttl_ms")]
    pub lock_ttl: Duration,
    /// How often an instance looks whether an import is to be made.
    #[serde(with = "millis", rename = "poll_every_ms")]
    pub poll_every: Duration,
    /// Whether items are imported every Monday at 04:00 in Seoul, if there is a key.
    pub weekly: bool,
}

impl Validate for MafraConfig {
    fn validate(&self) -> Result<(), String> {
        require_http_url("mafra.base_url", self.base_url.as_str())?;
        if self.attempts == 0 || self.timeout.is_zero() {
            return Err("mafra.attempts and mafra.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}

impl Validate for ImportConfig {
    fn validate(&self) -> Result<(), String> {
        if self.concurrency == 0 || self.poll_every.is_zero() {
            return Err("import.concurrency and import.poll_every_ms must be at least 1".into());
        }
        if self.lock_ttl < Duration::from_millis(100) {
            return Err("import.lock_ttl_ms must be at least 100".into());
        }
        Ok(())
    }
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("CATALOG", include_str!("../config/default.toml"))
    }
}

fn url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        self.broker.validate()?;
        self.mafra.validate()?;
        self.import.validate()?;
        if self.identity.jwks_url.is_empty() {
            return Err("identity.jwks_url must say where the public keys are".into());
        }
        if self.catalogue.reload_every.is_zero() {
            return Err("catalogue.reload_every_ms must be at least 1".into());
        }
        Ok(())
    }
}
