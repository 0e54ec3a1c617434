//! Breaks one thing after the other, and mends it.

use std::time::Duration;

use super::Storm;
use super::process::Process;

/// What can be broken.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Kill,
    CutDatabase,
    DatabaseAway,
    CutRedis,
    RedisAway,
}

const BLOWS: [Blow; 5] =
    [Blow::Kill, Blow::CutDatabase, Blow::DatabaseAway, Blow::CutRedis, Blow::RedisAway];

pub(super) struct Chaos<'a> {
    storm: &'a Storm,
}

impl<'a> Chaos<'a> {
    pub(super) const fn new(storm: &'a Storm) -> Self {
        Self { storm }
    }

    /// Breaks so many things, and leaves nothing broken.
    pub(super) async fn rage(&self, blows: usize) {
        for blow in 0..blows {
            let instance = &self.storm.instances[rand::random_range(0..3)];
            // Each kind has its turn, on whatever instance.
            strike(instance, BLOWS[blow % BLOWS.len()]).await;
            pause(50..250).await;
            for instance in &self.storm.instances {
                instance.run().await;
            }
        }
    }
}

async fn strike(instance: &Process, blow: Blow) {
    match blow {
        Blow::Kill => {
            instance.kill().await;
            pause(0..200).await;
            instance.run().await;
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

async fn pause(millis: std::ops::Range<u64>) {
    tokio::time::sleep(Duration::from_millis(rand::random_range(millis))).await;
}
