//! The way to the cache, before and after it is known whether it is one server or a cluster.

use std::sync::Arc;
use std::time::Duration;

use deadpool_redis::redis::aio::{AsyncPushSender, MultiplexedConnection, PubSub};
use deadpool_redis::redis::cluster::{ClusterClient, ClusterClientBuilder};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{
    self, AsyncConnectionConfig, Client, ErrorKind, ProtocolVersion, RedisError,
};
use tokio::sync::OnceCell;

use crate::config::RedisConfig;

/// How often a command is sent to a cluster that is changing, or to a node that is away. There is no
/// time for more: each command has to be done within the time-out.
const RETRIES: u32 = 2;
/// The longest pause before it is sent again, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 50;

/// The nodes that are known from the start; of one server that is all.
#[derive(Clone)]
pub(super) struct Nodes {
    known: Arc<[Client]>,
    urls: Arc<[String]>,
    timeout: Duration,
    /// The connection to all of the cluster, if it is one; empty until some node has said so.
    cluster: Arc<OnceCell<Option<ClusterConnection>>>,
}

impl Nodes {
    pub(super) fn new(config: &RedisConfig) -> Result<Self, RedisError> {
        let urls: Arc<[String]> = config.urls().map(str::to_owned).collect();
        let known = urls.iter().map(|url| Client::open(url.as_str()));
        Ok(Self {
            known: known.collect::<Result<_, _>>()?,
            urls,
            timeout: config.timeout,
            cluster: Arc::default(),
        })
    }

    /// The connection to the cluster, if it is one. That is asked until it is answered once.
    pub(super) async fn cluster(&self) -> Result<Option<&ClusterConnection>, RedisError> {
        // Boxed, because it is asked once and this future is a part of all that use the cache.
        Ok(self.cluster.get_or_try_init(|| Box::pin(self.find_out())).await?.as_ref())
    }

    async fn find_out(&self) -> Result<Option<ClusterConnection>, RedisError> {
        let mut node = self.connect().await?;
        let mut command = redis::cmd("INFO");
        let info: String = command.arg("cluster").query_async(&mut node).await?;
        if !info.contains("cluster_enabled:1") {
            return Ok(None);
        }
        self.client().build()?.get_async_connection().await.map(Some)
    }

    /// A connection to the first node that answers.
    pub(super) async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        let mut last = no_node();
        for node in self.known.iter() {
            match node.get_multiplexed_async_connection_with_config(&config).await {
                Ok(connection) => return Ok(connection),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The same, to subscribe.
    pub(super) async fn subscriber(&self) -> Result<PubSub, RedisError> {
        let mut last = no_node();
        for node in self.known.iter() {
            match node.get_async_pubsub().await {
                Ok(connection) => return Ok(connection),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// A connection to all nodes of a cluster, to subscribe.
    pub(super) async fn shard_subscriber(
        &self,
        pushes: impl AsyncPushSender,
    ) -> Result<ClusterConnection, RedisError> {
        let client = self.client().use_protocol(ProtocolVersion::RESP3).push_sender(pushes);
        client.build()?.get_async_connection().await
    }

    fn client(&self) -> ClusterClientBuilder {
        let urls = self.urls.iter().map(String::as_str);
        ClusterClient::builder(urls)
            .retries(RETRIES)
            .max_retry_wait(LONGEST_PAUSE_MS)
            .connection_timeout(self.timeout)
            .response_timeout(self.timeout)
    }
}

fn no_node() -> RedisError {
    RedisError::from((ErrorKind::Client, "there is no node"))
}
