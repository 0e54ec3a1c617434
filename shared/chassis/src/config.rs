//! Configuration: compiled-in defaults, then a file, then the environment.
//!
//! A service embeds its commented `config/default.toml`, which names every key. `PARTY_CONFIG`
//! names an optional file laid over it; `PARTY__DATABASE__URL` sets `database.url`. A key nobody
//! knows and a value nobody can use stop the start with a sentence that names them.

use std::net::SocketAddr;
use std::time::Duration;

use config::{Config, ConfigError, Environment, File, FileFormat};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file that cannot be read, an unknown key or a value of the wrong kind.
    #[error("the configuration of {prefix} cannot be read: {source}")]
    Read {
        /// The prefix of the service's variables.
        prefix: &'static str,
        /// What is wrong, and where.
        source: ConfigError,
    },
    /// All can be read, but not used.
    #[error("the configuration of {prefix} cannot be used: {reason}")]
    Invalid {
        /// The prefix of the service's variables.
        prefix: &'static str,
        /// Which key, and why.
        reason: String,
    },
}

/// A section, or all, of a configuration.
pub trait Validate {
    /// Says which key cannot be used, and why.
    fn validate(&self) -> Result<(), String>;
}

/// Refuses an address that is no `http://` or `https://` URL; `key` says whose value it is.
pub fn require_http_url(key: &str, url: &str) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|error| format!("{key}: {error}"))?;
    if matches!(parsed.scheme(), "http" | "https") {
        Ok(())
    } else {
        Err(format!("{key} must be an http:// or https:// URL"))
    }
}

/// Loads the configuration of the service whose variables begin with `prefix`.
pub fn load<T>(prefix: &'static str, defaults: &'static str) -> Result<T, LoadError>
where
    T: DeserializeOwned + Validate,
{
    let mut builder = Config::builder().add_source(File::from_str(defaults, FileFormat::Toml));
    if let Ok(path) = std::env::var(format!("{prefix}_CONFIG")) {
        builder = builder.add_source(File::new(&path, FileFormat::Toml));
    }
    let config: T = builder
        .add_source(Environment::with_prefix(prefix).prefix_separator("__").separator("__"))
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|source| LoadError::Read { prefix, source })?;
    config.validate().map_err(|reason| LoadError::Invalid { prefix, reason })?;
    Ok(config)
}

/// `[http]`: how the service listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// The address and port to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Threads that serve requests; 0 means one for each core.
    pub workers: usize,
    /// How long a stopping service waits for requests under way.
    #[serde(with = "seconds", rename = "shutdown_timeout_s")]
    pub shutdown_timeout: Duration,
}

/// `[database]`: the service's own database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `mysql://user:password@host:port/name`
    pub url: SecretString,
    /// The most connections this instance opens.
    pub max_connections: usize,
    /// How long a request waits for a connection before it is answered 503.
    #[serde(with = "millis", rename = "acquire_timeout_ms")]
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    #[serde(with = "millis", rename = "statement_timeout_ms")]
    pub statement_timeout: Duration,
}

impl Validate for DatabaseConfig {
    fn validate(&self) -> Result<(), String> {
        if !self.url.expose_secret().starts_with("mysql://") {
            return Err("database.url must be a mysql:// URL".into());
        }
        if self.max_connections == 0 {
            return Err("database.max_connections must be at least 1".into());
        }
        Ok(())
    }
}

/// `[redis]`: the cache and the pub/sub between instances.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://:password@host:port/0`; of a cluster, some of its nodes with spaces between.
    pub url: SecretString,
    /// Put before every key and channel, so that several platforms can share a server.
    pub key_prefix: String,
    /// How long a command may take before the service goes on without the cache.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
}

impl RedisConfig {
    /// The URL of the one server, or those of some nodes of the cluster.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.url.expose_secret().split_whitespace()
    }
}

impl Validate for RedisConfig {
    fn validate(&self) -> Result<(), String> {
        let is_redis = |url: &str| url.starts_with("redis://") || url.starts_with("rediss://");
        if self.urls().next().is_some() && self.urls().all(is_redis) {
            Ok(())
        } else {
            Err("redis.url must be a redis:// URL, or several with spaces between".into())
        }
    }
}

/// `[broker]`: RabbitMQ.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerConfig {
    /// `amqp://user:password@host:port/%2f`, or `amqps://`.
    pub url: SecretString,
    /// Put before the name of every exchange and queue, so that several platforms can share a
    /// broker.
    pub name_prefix: String,
    /// How long an event that could not be handled waits before the next attempt: once for each
    /// entry, then it is a dead letter.
    pub retry_delays_ms: Vec<u32>,
}

impl Validate for BrokerConfig {
    fn validate(&self) -> Result<(), String> {
        let url = self.url.expose_secret();
        if !url.starts_with("amqp://") && !url.starts_with("amqps://") {
            return Err("broker.url must be an amqp:// URL".into());
        }
        let prefix = &self.name_prefix;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if prefix.len() > 64 || !prefix.chars().all(plain) || prefix.starts_with("amq.") {
            return Err(
                "broker.name_prefix must be at most 64 letters, digits, `.`, `-` and `_`, \
                        and not begin with `amq.`"
                    .into(),
            );
        }
        if self.retry_delays_ms.contains(&0) || self.retry_delays_ms.len() > 16 {
            return Err("broker.retry_delays_ms must be at most 16 delays above 0".into());
        }
        Ok(())
    }
}

/// `[identity]`: whose tokens are believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// The `iss` that a token must carry.
    pub issuer: String,
    /// The `aud` that a token must carry.
    pub audience: String,
    /// Where the issuer publishes its keys; empty in the issuer itself.
    #[serde(default)]
    pub jwks_url: String,
}

/// `[log]`: what is written, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// `tracing` directives, for example `info,party_service=debug`.
    pub filter: String,
    /// `json` for machines, `text` for people.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One readable line.
    Text,
}

/// Durations written in whole seconds.
pub mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer};

    /// Reads a number of seconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// Durations written in whole milliseconds.
pub mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer};

    /// Reads a number of milliseconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseConfig, LoadError, Validate, load};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        database: DatabaseConfig,
    }

    impl Validate for Sample {
        fn validate(&self) -> Result<(), String> {
            self.database.validate()
        }
    }

    const GOOD: &str = "[database]\nurl = 'mysql://u:hunter2@h/d'\nmax_connections = 1\n\
                        acquire_timeout_ms = 1\nstatement_timeout_ms = 1\n";

    #[test]
    fn defaults_alone_are_enough_and_secrets_do_not_show() {
        let config: Sample = load("CHASSIS_TEST_A", GOOD).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = load::<Sample>(
            "CHASSIS_TEST_B",
            "[database]\nurl = 'mysql://h/d'\nmax_connections = 1\nacquire_timeout_ms = 1\n\
             statement_timeout_ms = 1\nmax_conections = 2\n",
        )
        .unwrap_err();
        assert!(error_chain(&error).contains("max_conections"), "{error:?}");
    }

    #[test]
    fn an_unusable_value_is_named() {
        let error = load::<Sample>(
            "CHASSIS_TEST_C",
            "[database]\nurl = ''\nmax_connections = 1\nacquire_timeout_ms = 1\n\
             statement_timeout_ms = 1\n",
        )
        .unwrap_err();
        assert!(matches!(error, LoadError::Invalid { .. }));
        assert!(error.to_string().contains("database.url"));
    }

    fn error_chain(error: &dyn std::error::Error) -> String {
        std::iter::successors(Some(error), |e| e.source()).map(ToString::to_string).collect()
    }
}
