//! Many profiles at once, beside single ones.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::clock::Clock;
use chassis::config::RedisConfig;
use chassis::redis::Cache;
use contracts::UserId;
use party_service::profiles::Profiles;
use secrecy::SecretString;

use crate::party_service::{PartyService, server};
use crate::stats::{Latencies, Table};

/// How many at once.
const BATCH: usize = 50;
/// How often each is measured.
const TIMES: usize = 2_000;

/// Asks the cache itself, without HTTP: one, then fifty, in turns.
pub(super) async fn measure(service: &PartyService, people: &[UserId]) -> Result<String> {
    let cache = Cache::new(&RedisConfig {
        url: SecretString::from(server("TEST_REDIS_URL")?),
        key_prefix: "bench-batch:".into(),
        timeout: Duration::from_secs(5),
    })?;
    let profiles = Profiles::new(service.db.clone(), service.db.clone(), cache, Clock::System);
    let people = people.get(..BATCH).context("there must be fifty people")?;
    let (mut single, mut batch) = (Vec::new(), Vec::new());
    for turn in 0..TIMES {
        if turn % 100 == 0 {
            // As the worker of a service does.
            profiles.keep().await?;
        }
        let one = people.get(turn % BATCH).copied().context("one of fifty")?;
        single.push(time(&profiles, &[one]).await?);
        batch.push(time(&profiles, people).await?);
    }
    let mut table = Table::new(["profiles at once", "median µs", "mean µs", "p99 µs"]);
    let us = |duration: Duration| format!("{:.0}", duration.as_secs_f64() * 1e6);
    let (single, batch) = (Latencies::new(single), Latencies::new(batch));
    for (name, times) in [("1", &single), (&*BATCH.to_string(), &batch)] {
        let row = [times.percentile(500), times.mean(), times.percentile(990)].map(us);
        let [median, mean, p99] = row;
        table.row([name.into(), median, mean, p99]);
    }
    let [one, many] = [&single, &batch].map(|times| times.percentile(500).as_secs_f64());
    let ratio = many / one.max(f64::EPSILON);
    Ok(format!("{table}\n{BATCH} at once take {ratio:.2} times as long as one, by the median"))
}

async fn time(profiles: &Profiles, people: &[UserId]) -> Result<Duration> {
    let began = Instant::now();
    let found = profiles.get_many(people).await?.len();
    let elapsed = began.elapsed();
    ensure!(found == people.len(), "{found} of {} profiles", people.len());
    Ok(elapsed)
}
