//! What can be configured; `config/default.toml` explains each key.

use std::time::Duration;

use chassis::config::{
    DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig, Validate, load,
    millis,
};
use serde::Deserialize;

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
    /// Whose tokens it believes.
    pub identity: IdentityConfig,
    /// The catalogue in memory.
    pub catalogue: CatalogueConfig,
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

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("CATALOG", include_str!("../config/default.toml"))
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        if self.identity.jwks_url.is_empty() {
            return Err("identity.jwks_url must say where the public keys are".into());
        }
        if self.catalogue.reload_every.is_zero() {
            return Err("catalogue.reload_every_ms must be at least 1".into());
        }
        Ok(())
    }
}
