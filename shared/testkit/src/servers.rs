//! Where the servers are that a test uses.

pub(crate) const DATABASE_URL: &str = "TEST_DATABASE_URL";
pub(crate) const REDIS_URL: &str = "TEST_REDIS_URL";
pub(crate) const BROKER_URL: &str = "TEST_AMQP_URL";

/// The URLs of a database, a cache and a broker.
#[derive(Clone, Debug)]
pub struct TestServers {
    /// `mysql://…`, without a database.
    pub database: String,
    /// `redis://…`.
    pub redis: String,
    /// `amqp://…`.
    pub broker: String,
}

impl TestServers {
    /// Those that all tests share.
    #[must_use]
    pub fn shared() -> Self {
        Self {
            database: crate::server_url(DATABASE_URL),
            redis: crate::server_url(REDIS_URL),
            broker: crate::server_url(BROKER_URL),
        }
    }
}
