//! How we test: against real servers, each test in a room of its own.
//!
//! `cargo xtask test` starts MariaDB, Redis and RabbitMQ and says where they are in
//! `TEST_DATABASE_URL`, `TEST_REDIS_URL` and `TEST_AMQP_URL`. A test gets a database, a key prefix
//! and a port of its own, so all tests run at once.
//!
//! A failure in here is a failure of the test, so this crate panics where others return errors.

#![expect(clippy::expect_used, reason = "a helper of a test fails by panicking")]
#![expect(clippy::missing_panics_doc, reason = "a helper of a test fails by panicking")]

mod balancer;
mod bus;
mod captured_log;
mod client;
mod database;
mod event_stream;
mod fault_proxy;
mod fresh;
mod issuer;
mod keeper;
mod private_servers;
mod redis_cluster;
mod schema_file;
mod servers;
mod until;

pub use balancer::Balancer;
pub use bus::{TestBus, no_broker};
pub use captured_log::CapturedLog;
pub use client::{Answer, Client};
pub use database::TestDatabase;
pub use event_stream::{EventStream, StreamEvent};
pub use fault_proxy::FaultProxy;
pub use fresh::assert_fresh;
pub use issuer::TestIssuer;
pub use private_servers::PrivateServers;
pub use redis_cluster::{ClusterNode, RedisCluster};
pub use schema_file::schema_rs;
pub use servers::TestServers;
pub use until::{until, until_within};
pub use xtask::servers::Server;

use chassis::config::RedisConfig;
use secrecy::SecretString;
use std::time::Duration;

/// A server's address out of the environment.
#[must_use]
pub fn server_url(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run the tests with `cargo xtask test`, or any command with `cargo xtask servers -- COMMAND`")
    })
}

/// The test Redis, under a key prefix of its own.
#[must_use]
pub fn redis_config() -> RedisConfig {
    redis_config_at(server_url(servers::REDIS_URL))
}

/// The same on servers of one's own.
#[must_use]
pub fn redis_config_on(servers: &TestServers) -> RedisConfig {
    redis_config_at(servers.redis.clone())
}

fn redis_config_at(url: String) -> RedisConfig {
    RedisConfig {
        url: SecretString::from(url),
        key_prefix: format!("{}:", uuid::Uuid::new_v4()),
        timeout: Duration::from_secs(2),
    }
}
