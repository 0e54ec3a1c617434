//! Breaks one thing after the other, and mends it.

use std::time::Duration;

use testkit::Server;

use super::Storm;

/// What can be broken.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// An instance dies.
    Kill,
    /// One of the servers dies, for all instances.
    KillServer(Server),
    /// An instance loses its connections to the database.
    CutDatabase,
    /// It cannot reach the database.
    DatabaseAway,
    /// It loses its connections to Redis.
    CutRedis,
    /// It cannot reach Redis.
    RedisAway,
}

/// What befalls one instance.
const TO_INSTANCES: [Blow; 5] =
    [Blow::Kill, Blow::CutDatabase, Blow::DatabaseAway, Blow::CutRedis, Blow::RedisAway];
/// What befalls all of them.
const TO_SERVERS: [Blow; 2] = [Blow::KillServer(Server::Redis), Blow::KillServer(Server::Database)];

pub(super) struct Chaos<'a> {
    storm: &'a Storm,
}

impl<'a> Chaos<'a> {
    pub(super) const fn new(storm: &'a Storm) -> Self {
        Self { storm }
    }

    /// Breaks each kind of thing so many times, now and then two at once, and leaves nothing broken.
    pub(super) async fn rage(&self, times: usize) {
        tokio::join!(self.rage_at(&TO_INSTANCES, times), self.rage_at(&TO_SERVERS, times));
        for instance in &self.storm.instances {
            instance.recover().await;
        }
    }

    async fn rage_at(&self, blows: &[Blow], times: usize) {
        for blow in blows.iter().cycle().take(times * blows.len()) {
            self.strike(*blow).await;
            pause(50..250).await;
            for instance in &self.storm.instances {
                instance.run().await;
            }
        }
    }

    async fn strike(&self, blow: Blow) {
        let Storm { instances, servers, .. } = self.storm;
        let instance = &instances[rand::random_range(0..instances.len())];
        match blow {
            Blow::Kill => {
                instance.kill().await;
                pause(0..200).await;
                instance.run().await;
            }
            Blow::KillServer(server) => {
                servers.kill(server).await;
                pause(0..400).await;
                servers.start_again(server).await;
            }
            Blow::CutDatabase => instance.database.cut(),
            Blow::DatabaseAway => {
                instance.database.go_down();
                pause(50..400).await;
                instance.database.come_up();
            }
            Blow::CutRedis => instance.redis.cut(),
            Blow::RedisAway => {
                instance.redis.go_down();
                pause(50..800).await;
                instance.redis.come_up();
            }
        }
    }
}

async fn pause(millis: std::ops::Range<u64>) {
    tokio::time::sleep(Duration::from_millis(rand::random_range(millis))).await;
}
