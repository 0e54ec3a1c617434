//! What can be configured; `config/default.toml` explains each key.

use std::time::Duration;

use chassis::config::{
    BrokerConfig, DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig,
    Validate, load, millis,
};
use serde::Deserialize;

mod socket;

pub use self::socket::SocketConfig;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the service listens.
    pub http: HttpConfig,
    /// Its database.
    pub database: DatabaseConfig,
    /// What takes messages to the other instances, and where it hears of revoked sessions.
    pub redis: RedisConfig,
    /// Where events come from and go to.
    pub broker: BrokerConfig,
    /// Whose tokens it believes.
    pub identity: IdentityConfig,
    /// How messages are taken and stored.
    pub sending: SendingConfig,
    /// How instances keep each other up to date.
    pub bridge: BridgeConfig,
    /// How clients are connected.
    pub socket: SocketConfig,
    /// What it writes down.
    pub log: LogConfig,
}

/// `[sending]`: how messages are taken and stored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendingConfig {
    /// How many messages one person may send at once.
    pub burst: u32,
    /// How many more with each second.
    pub per_second: u32,
    /// How many messages may wait to be stored.
    pub queue: usize,
    /// Among how many writers the rooms are shared out.
    pub writers: usize,
    /// How long storing is tried again before senders are told.
    #[serde(with = "millis", rename = "patience_ms")]
    pub patience: Duration,
}

/// `[bridge]`: how instances keep each other up to date.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeConfig {
    /// How often watched rooms are compared with the database.
    #[serde(with = "millis", rename = "look_every_ms")]
    pub look_every: Duration,
    /// The same while Redis is away.
    #[serde(with = "millis", rename = "look_every_without_redis_ms")]
    pub look_every_without_redis: Duration,
}

impl Validate for SendingConfig {
    fn validate(&self) -> Result<(), String> {
        if self.burst == 0 || self.per_second == 0 {
            return Err("sending.burst and sending.per_second must be at least 1".into());
        }
        if self.queue == 0 || !(1..=64).contains(&self.writers) {
            return Err("sending.queue must be at least 1, sending.writers from 1 to 64".into());
        }
        Ok(())
    }
}

impl Validate for BridgeConfig {
    fn validate(&self) -> Result<(), String> {
        if self.look_every.is_zero() || self.look_every_without_redis.is_zero() {
            return Err("bridge.look_every_ms and bridge.look_every_without_redis_ms must be at \
                        least 1"
                .into());
        }
        Ok(())
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        self.broker.validate()?;
        self.sending.validate()?;
        self.bridge.validate()?;
        self.socket.validate()?;
        if self.identity.jwks_url.is_empty() {
            return Err("identity.jwks_url must say where the public keys are".into());
        }
        Ok(())
    }
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("CHAT", include_str!("../config/default.toml"))
    }
}
