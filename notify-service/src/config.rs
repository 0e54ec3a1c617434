//! What can be configured; `config/default.toml` explains each key.

use std::time::Duration;

use chassis::config::{
    BrokerConfig, DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig,
    Validate, load, millis, require_http_url, seconds,
};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::stream::StreamConfig;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the service listens.
    pub http: HttpConfig,
    /// Its database.
    pub database: DatabaseConfig,
    /// Where its instances meet.
    pub redis: RedisConfig,
    /// Where events come from.
    pub broker: BrokerConfig,
    /// Whose tokens it believes.
    pub identity: IdentityConfig,
    /// Where items and markets are looked up.
    pub directory: DirectoryConfig,
    /// What is told, and how much is kept.
    pub notifications: NotificationsConfig,
    /// How streams are kept.
    pub stream: StreamConfig,
    /// What it writes down.
    pub log: LogConfig,
}

/// `[directory]`: where items and markets are looked up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryConfig {
    /// Where the catalog-service is.
    pub catalog_url: String,
    /// Where the party-service is.
    pub party_url: String,
    /// How long an answer may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
    /// How long an answer is good for.
    #[serde(with = "seconds", rename = "cache_ttl_s")]
    pub cache_ttl: Duration,
}

/// `[notifications]`: what is told, and how much is kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationsConfig {
    /// How many items, and how many markets, one person can star.
    pub max_favorites: u32,
    /// For how many hours something is news.
    pub news_for_hours: u16,
    /// After how many days a notification is forgotten.
    pub kept_days: u16,
}

impl NotificationsConfig {
    /// For how long something is news.
    #[must_use]
    pub fn news_for(&self) -> TimeDelta {
        TimeDelta::hours(self.news_for_hours.into())
    }

    /// How long a notification is kept.
    #[must_use]
    pub fn kept(&self) -> TimeDelta {
        TimeDelta::days(self.kept_days.into())
    }
}

impl Validate for DirectoryConfig {
    fn validate(&self) -> Result<(), String> {
        for (key, url) in [("catalog_url", &self.catalog_url), ("party_url", &self.party_url)] {
            require_http_url(&format!("directory.{key}"), url)?;
        }
        if self.timeout.is_zero() {
            return Err("directory.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}

impl Validate for NotificationsConfig {
    fn validate(&self) -> Result<(), String> {
        // The ids of events are kept for thirty days: what is told must not come again after that.
        if self.news_for_hours == 0 || self.news_for_hours > 24 * 28 {
            return Err("notifications.news_for_hours must be 1 to 672".into());
        }
        if self.kept_days == 0 || self.max_favorites == 0 {
            return Err(
                "notifications.kept_days and notifications.max_favorites must be at least 1".into(),
            );
        }
        Ok(())
    }
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("NOTIFY", include_str!("../config/default.toml"))
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        self.broker.validate()?;
        self.directory.validate()?;
        self.notifications.validate()?;
        self.stream.validate()?;
        if self.identity.jwks_url.is_empty() {
            return Err("identity.jwks_url must say where the public keys are".into());
        }
        Ok(())
    }
}
