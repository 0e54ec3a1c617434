//! What can be configured; `config/default.toml` explains each key.

use chassis::config::{
    DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig, Validate, load,
};
use serde::Deserialize;

use crate::addresses::{AddressesConfig, KakaoConfig};

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the service listens.
    pub http: HttpConfig,
    /// Its database.
    pub database: DatabaseConfig,
    /// The cache.
    pub redis: RedisConfig,
    /// What its tokens say.
    pub identity: IdentityConfig,
    /// What looking up addresses may cost.
    pub addresses: AddressesConfig,
    /// Kakao Local.
    pub kakao: KakaoConfig,
    /// What it writes down.
    pub log: LogConfig,
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("PARTY", include_str!("../config/default.toml"))
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        self.addresses.validate()?;
        self.kakao.validate()
    }
}
