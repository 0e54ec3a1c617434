//! Lets the service have its cache, or not, while it runs.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::config::RedisConfig;
use chassis::http::client;
use chassis::redis::{Cache, redis};
use secrecy::SecretString;

use crate::party_service::server;

/// Who the service is to Redis.
const USER: &str = "bench-penalty";

/// What the service may do in Redis.
pub(super) struct Switch {
    cache: Cache,
    url: String,
}

impl Switch {
    /// Makes the user.
    pub(super) async fn new() -> Result<Self> {
        let admin = server("TEST_REDIS_URL")?;
        let (_, place) =
            admin.rsplit_once('@').unwrap_or(("", admin.trim_start_matches("redis://")));
        let url = format!("redis://{USER}:{USER}@{place}");
        let cache = Cache::new(&RedisConfig {
            url: SecretString::from(admin),
            key_prefix: String::new(),
            timeout: Duration::from_secs(5),
        })?;
        let switch = Self { cache, url };
        switch.set(true).await?;
        Ok(switch)
    }

    /// Where Redis is for the service.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Allows or forbids scripts.
    pub(super) async fn set(&self, with_cache: bool) -> Result<()> {
        let scripts = if with_cache { "+@scripting" } else { "-@scripting" };
        let mut set = redis::cmd("ACL");
        set.arg("SETUSER").arg(USER).arg("reset").arg("on").arg(format!(">{USER}"));
        set.arg("~*").arg("&*").arg("+@all").arg(scripts);
        Ok(self.cache.run(async |conn| set.query_async(conn).await).await?)
    }

    /// Waits until the service has noticed.
    pub(super) async fn settled(&self, service: SocketAddr, with_cache: bool) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        let wanted = if with_cache { 1.0 } else { 0.0 };
        while (metric(service, "profile_cache_trusted").await? - wanted).abs() > f64::EPSILON {
            ensure!(Instant::now() < deadline, "the service did not notice");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// How many profiles have come out of the cache so far.
pub(super) async fn hits(service: SocketAddr) -> Result<f64> {
    metric(service, "profile_cache_reads_total{result=\"hit\"}").await
}

/// The value of a metric; nothing counted yet is zero.
async fn metric(service: SocketAddr, name: &str) -> Result<f64> {
    let http = client::build(Duration::from_secs(5))?;
    let text = http.get(format!("http://{service}/metrics")).send().await?.text().await?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(Ok(0.0), |value| value.trim().parse().context("a metric is a number"))
}
