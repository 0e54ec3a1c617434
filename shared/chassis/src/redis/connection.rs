//! A connection, to whatever the cache is.

use deadpool_redis::redis::aio::{ConnectionLike, MultiplexedConnection};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{Cmd, Pipeline, RedisFuture, Value};

/// A connection to the cache.
pub enum Connection {
    /// One of the pool's, to the one server that there is.
    Pooled(deadpool_redis::Connection),
    /// One to that server that nobody else uses.
    Own(MultiplexedConnection),
    /// One to every node of a cluster. It finds out by itself where a key is.
    Cluster(ClusterConnection),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Pooled(conn) => conn.req_packed_command(command),
            Self::Own(conn) => conn.req_packed_command(command),
            Self::Cluster(conn) => conn.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Pooled(conn) => conn.req_packed_commands(pipeline, offset, count),
            Self::Own(conn) => conn.req_packed_commands(pipeline, offset, count),
            Self::Cluster(conn) => conn.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Pooled(conn) => conn.get_db(),
            Self::Own(conn) => conn.get_db(),
            Self::Cluster(conn) => conn.get_db(),
        }
    }
}
