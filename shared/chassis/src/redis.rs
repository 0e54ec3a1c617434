//! The cache. It may be away: whoever uses it says what happens then.
//!
//! It is one server or a cluster; which of them is asked of it when it is first reached. In a
//! cluster each key is at one node, and so are the keys of one [pipeline](redis::Pipeline).

use std::time::Duration;

use deadpool_redis::redis::{AsyncCommands as _, RedisError};
use deadpool_redis::{Config, Pool, PoolError, Runtime};

use crate::config::RedisConfig;

mod connection;
mod nodes;

pub use self::connection::Connection;
use self::nodes::Nodes;
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
    /// The connections to the one server, if it is one.
    pool: Pool,
    nodes: Nodes,
    key_prefix: String,
    timeout: Duration,
}

impl Cache {
    /// Makes the pool. It connects when first used.
    pub fn new(config: &RedisConfig) -> Result<Self, CacheError> {
        let nodes = Nodes::new(config)?;
        let pool = Config::from_url(config.urls().next().unwrap_or_default())
            .builder()
            .map_err(|e| CacheError::Config(e.to_string()))?
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(config.timeout))
            .create_timeout(Some(config.timeout))
            .recycle_timeout(Some(config.timeout))
            .build()
            .map_err(|e| CacheError::Config(e.to_string()))?;
        Ok(Self { pool, nodes, key_prefix: config.key_prefix.clone(), timeout: config.timeout })
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
            let mut conn = match self.nodes.cluster().await? {
                Some(cluster) => Connection::Cluster(cluster.clone()),
                None => Connection::Pooled(self.pool.get().await?),
            };
            Ok(commands(&mut conn).await?)
        };
        tokio::time::timeout(self.timeout, work).await.map_err(|_| CacheError::Timeout)?
    }

    /// A connection that is none of the pool's, where one is asked whether it is there each time it
    /// is taken: for whoever sends so much that this would cost as much as the commands.
    pub async fn connect(&self) -> Result<Connection, CacheError> {
        self.in_time(async {
            Ok(match self.nodes.cluster().await? {
                Some(cluster) => Connection::Cluster(cluster.clone()),
                None => Connection::Own(self.nodes.connect().await?),
            })
        })
        .await
    }

    /// Whether it is a cluster.
    pub async fn is_cluster(&self) -> Result<bool, CacheError> {
        self.in_time(async { Ok(self.nodes.cluster().await?.is_some()) }).await
    }

    /// A connection of its own for a subscription; never one from the pool. In a cluster, what is
    /// published anywhere comes to it.
    pub async fn subscribe(&self, channel: &str) -> Result<redis::aio::PubSub, CacheError> {
        self.in_time(async {
            let mut pubsub = self.nodes.subscriber().await?;
            pubsub.subscribe(channel).await?;
            Ok(pubsub)
        })
        .await
    }

    /// A connection of its own for subscriptions of channels that each belong to one node of the
    /// cluster that this is. What comes is given to `pushes`, and so is the end of any of its
    /// connections to nodes.
    pub async fn subscribe_shards(
        &self,
        pushes: impl redis::aio::AsyncPushSender,
    ) -> Result<redis::cluster_async::ClusterConnection, CacheError> {
        self.in_time(async { Ok(self.nodes.shard_subscriber(pushes).await?) }).await
    }

    /// Whether the cache answers.
    pub async fn check(&self) -> Result<(), CacheError> {
        self.run(async |conn| conn.ping().await).await
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, CacheError>>,
    ) -> Result<T, CacheError> {
        tokio::time::timeout(self.timeout, work).await.map_err(|_| CacheError::Timeout)?
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;
    use crate::config::RedisConfig;
    use secrecy::SecretString;
    use std::time::Duration;

    #[test]
    fn a_server_may_be_behind_tls_and_a_cluster_has_several() {
        for (url, understood) in [
            ("redis://:pw@cache:6379/0", true),
            ("rediss://:pw@cache:6379/0", true),
            ("redis://:pw@one:6379 redis://:pw@two:6379", true),
            ("redis://:pw@one:6379 http://two", false),
            ("http://cache", false),
            ("", false),
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
