//! The cache. It may be away: whoever uses it says what happens then.

use std::time::Duration;

use deadpool_redis::redis::{AsyncCommands as _, RedisError};
use deadpool_redis::{Config, Connection, Pool, PoolError, Runtime};
use secrecy::ExposeSecret as _;

use crate::config::RedisConfig;

pub use deadpool_redis::redis;

/// The cache did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// No connection.
    #[error("the cache cannot be reached: {0}")]
    Pool(#[from] PoolError),
    /// A command failed.
    #[error("the cache refused a command: {0}")]
    Command(#[from] RedisError),
    /// It took too long.
    #[error("the cache did not answer in time")]
    Timeout,
    /// The URL is no URL.
    #[error("redis.url cannot be used: {0}")]
    Config(String),
}

/// Redis, with a prefix before every key and a time-out on every command.
#[derive(Clone)]
pub struct Cache {
    pool: Pool,
    client: redis::Client,
    key_prefix: String,
    timeout: Duration,
}

impl Cache {
    /// Makes the pool. It connects when first used.
    pub fn new(config: &RedisConfig) -> Result<Self, CacheError> {
        let url = config.url.expose_secret();
        let pool = Config::from_url(url)
            .builder()
            .map_err(|e| CacheError::Config(e.to_string()))?
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(config.timeout))
            .create_timeout(Some(config.timeout))
            .recycle_timeout(Some(config.timeout))
            .build()
            .map_err(|e| CacheError::Config(e.to_string()))?;
        Ok(Self {
            pool,
            client: redis::Client::open(url)?,
            key_prefix: config.key_prefix.clone(),
            timeout: config.timeout,
        })
    }

    /// A key or channel of ours.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.key_prefix)
    }

    /// Runs commands on a pooled connection, within the time-out.
    pub async fn run<T>(
        &self,
        commands: impl AsyncFnOnce(&mut Connection) -> Result<T, RedisError>,
    ) -> Result<T, CacheError> {
        let work = async {
            let mut conn = self.pool.get().await?;
            Ok(commands(&mut conn).await?)
        };
        tokio::time::timeout(self.timeout, work).await.map_err(|_| CacheError::Timeout)?
    }

    /// A connection of its own for a subscription; never one from the pool.
    pub async fn subscribe(&self, channel: &str) -> Result<redis::aio::PubSub, CacheError> {
        let connect = async {
            let mut pubsub = self.client.get_async_pubsub().await?;
            pubsub.subscribe(channel).await?;
            Ok(pubsub)
        };
        tokio::time::timeout(self.timeout, connect).await.map_err(|_| CacheError::Timeout)?
    }

    /// Whether the cache answers.
    pub async fn check(&self) -> Result<(), CacheError> {
        self.run(async |conn| conn.ping().await).await
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;
    use crate::config::RedisConfig;
    use secrecy::SecretString;
    use std::time::Duration;

    #[test]
    fn a_server_may_be_behind_tls() {
        for (url, understood) in [
            ("redis://:pw@cache:6379/0", true),
            ("rediss://:pw@cache:6379/0", true),
            ("http://cache", false),
        ] {
            let config = RedisConfig {
                url: SecretString::from(url),
                key_prefix: String::new(),
                timeout: Duration::from_secs(1),
            };
            assert_eq!(Cache::new(&config).is_ok(), understood, "{url}");
        }
    }
}
