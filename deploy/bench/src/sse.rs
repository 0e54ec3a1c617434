//! `bench sse`: streams of notifications beside nginx with nchan, in memory and through Redis.
//!
//! The instances, the cache and the database run on one core; the streams and whoever writes the
//! notifications on another. Ours check a token for each stream, and every event is a row in an inbox
//! before it is sent; the time to write it is not in the latency, but what the database uses is shown.

mod audience;
mod contestant;
mod nchan;
mod ours;
mod servers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use self::contestant::Contestant;
use self::nchan::Nchan;
use self::ours::Ours;
use self::servers::Servers;
use crate::machine;
use crate::stats::{Table, thousands};

/// As long as one of our events.
const PAYLOAD_BYTES: usize = 330;
const SERVER_CORE: usize = 0;
const CLIENT_CORE: usize = 1;

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// Streams of the runs with some
    #[arg(long, default_value_t = 2_000)]
    streams: usize,
    /// Streams of the runs with many
    #[arg(long, default_value_t = 10_000)]
    many_streams: usize,
    /// Events a second to single streams, with some; with many it is twice as much
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds that each of these runs takes
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Events to all streams
    #[arg(long, default_value_t = 50)]
    to_all: usize,
}

/// Measures and prints the table.
pub fn run(options: &Options) -> Result<()> {
    machine::require_cores(2)?;
    machine::stay_on(CLIENT_CORE)?;
    chassis::http::server::allow_many_connections();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> Result<()> {
    let servers = Servers::move_to(SERVER_CORE).await?;
    let mut table = Table::new([
        "",
        "KB per idle stream",
        "single events: CPU µs (cache, database besides)",
        "p50, p99 ms",
        "to all, one after the other: deliveries/s",
        "to all, as fast as it goes",
        "many streams: p50, p99 ms",
    ]);
    let ours = Ours::start(&servers, options.many_streams, SERVER_CORE).await?;
    table.row(
        contest("notify-service × 2", Contestant::Ours(Arc::new(ours)), &servers, options).await?,
    );
    if nchan::is_installed() {
        for (name, count, redis) in [
            ("nchan, in memory", 1, None),
            ("nchan × 2 through Redis", 2, Some(servers.redis.as_str())),
        ] {
            let nchan = Nchan::start(count, redis, SERVER_CORE).await?;
            table.row(contest(name, Contestant::Nchan(Arc::new(nchan)), &servers, options).await?);
        }
    }
    println!(
        "{table}\n{} streams and {} events/s, many: {} streams and {} events/s, {} s each; to all: {} events",
        options.streams,
        options.rate,
        options.many_streams,
        options.rate * 2,
        options.seconds,
        options.to_all
    );
    Ok(())
}

async fn contest(
    name: &str,
    contestant: Contestant,
    servers: &Servers,
    options: &Options,
) -> Result<[String; 7]> {
    eprintln!("{name} …");
    // The first stream of all costs what the others share.
    drop(contestant.listen(10, false).await?);
    let before = contestant.resident()?;
    let many = contestant.listen(options.many_streams, false).await?;
    let each = (contestant.resident()? - before) / u64::try_from(options.many_streams)?;
    let many_times =
        singles(&contestant, &many, options.many_streams, options.rate * 2, options).await?;
    drop(many);
    tokio::time::sleep(Duration::from_secs(2)).await;

    let some = contestant.listen(options.streams, false).await?;
    let cpu = contestant.cpu(servers)?;
    let times = singles(&contestant, &some, options.streams, options.rate, options).await?;
    let events = options.rate * options.seconds;
    let used = contestant.cpu(servers)?;
    let micros = |index: usize| -> u128 {
        let used =
            used.get(index).zip(cpu.get(index)).and_then(|(used, cpu)| used.checked_sub(*cpu));
        used.unwrap_or_default().as_micros() / u128::from(events)
    };
    drop(some);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (slow, fast) = to_all(&contestant, options).await?;
    let row = [
        name.to_owned(),
        format!("{:.1}", f64::from(u32::try_from(each)?) / 1024.0),
        format!("{} ({}, {})", micros(0), micros(1), micros(2)),
        times,
        thousands(slow),
        thousands(fast),
        many_times,
    ];
    // What was measured is not lost with a contestant who fails later.
    eprintln!("{}", row.join(" | "));
    Ok(row)
}

/// Events to single streams at a steady rate; says how long they took.
async fn singles(
    contestant: &Contestant,
    audience: &Arc<audience::Audience>,
    streams: usize,
    rate: u32,
    options: &Options,
) -> Result<String> {
    let mut random = StdRng::seed_from_u64(509);
    let (sender, mut tasks) = contestant.sender(audience);
    let count = rate * options.seconds;
    let (started, already) = (Instant::now(), audience.arrived());
    let mut sent = 0;
    while sent < count {
        let due = (started.elapsed().as_secs_f64() * f64::from(rate)).min(f64::from(count));
        while f64::from(sent) < due {
            sender.send(random.random_range(0..streams)).await?;
            sent += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(sender);
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    audience.wait_for(already + usize::try_from(count)?).await?;
    let times = audience.latencies();
    let ms = |per_mille| times.percentile(per_mille).as_secs_f64() * 1e3;
    Ok(format!("{:.1}, {:.1}", ms(500), ms(990)))
}

/// Events to all streams: each when the one before has arrived, and all at once.
async fn to_all(contestant: &Contestant, options: &Options) -> Result<(f64, f64)> {
    let audience = contestant.listen(options.streams, true).await?;
    let mut speeds = Vec::new();
    for wait_for_each in [true, false] {
        let prepared = contestant.prepare(options.streams, options.to_all).await?;
        let (started, mut due) = (Instant::now(), audience.arrived());
        for event in &prepared {
            contestant.send_to_all(event).await?;
            due += options.streams;
            if wait_for_each {
                audience.wait_for(due).await?;
            }
        }
        audience.wait_for(due).await?;
        let deliveries = u32::try_from(options.streams * options.to_all)?;
        speeds.push(f64::from(deliveries) / started.elapsed().as_secs_f64());
    }
    Ok((speeds.first().copied().unwrap_or_default(), speeds.last().copied().unwrap_or_default()))
}
