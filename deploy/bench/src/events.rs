//! `bench events`: from the transaction that makes an event true to the commit of the one who acts
//! on it, over the outbox, the relay, RabbitMQ and the consumer.
//!
//! Every producer commits a transaction with one event; the consumer writes one row for each. All
//! commits are flushed to disk, and the broker confirms only what it has written.

mod probe;
mod stage;

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use tokio::task::JoinSet;

use self::probe::Probe;
use self::stage::{Instance, Stage};
use crate::stats::{Latencies, Table, thousands};

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// Events of each run that goes as fast as it can
    #[arg(long, default_value_t = 20_000)]
    events: usize,
    /// Transactions at once in these runs
    #[arg(long, default_value_t = 32)]
    producers: usize,
    /// Events a second of each run that does not
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Seconds that these runs take
    #[arg(long, default_value_t = 20)]
    seconds: u32,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    let probe = Probe::install()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut speeds = Table::new(["as fast as it goes", "events/s"]);
        let (committed, handled) = flood(options, &probe).await?;
        speeds.row(["committed, while all are relayed and handled".into(), thousands(committed)]);
        speeds.row(["handled, from the first commit to the last".into(), thousands(handled)]);
        let drained = drain(options, &probe).await?;
        speeds.row(["handled, of a backlog in the outbox".into(), thousands(drained)]);

        let mut times = Table::new(["steady", "p50 ms", "p99 ms", "max ms"]);
        for (name, from_another) in
            [("committed where the relay runs", false), ("committed on another instance", true)]
        {
            let ages = steady(options, &probe, from_another).await?;
            let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
            times.row([
                name.to_owned(),
                ms(ages.percentile(500)),
                ms(ages.percentile(990)),
                ms(ages.percentile(1000)),
            ]);
        }
        println!("{speeds}\n{} events, {} producers\n", options.events, options.producers);
        println!(
            "{times}\nfrom before the commit of the producer to after that of the consumer, {} \
             events/s for {} s",
            options.rate, options.seconds
        );
        Ok(())
    })
}

/// All at once: how many are committed and how many handled a second.
async fn flood(options: &Options, probe: &Probe) -> Result<(f64, f64)> {
    let stage = Stage::set().await?;
    let instance = stage.instance()?;
    instance.start(stage.life());
    stage.until_leading(&instance).await;
    probe.forget();
    let started = Instant::now();
    say_all(&instance, options).await?;
    let committed = started.elapsed();
    probe.wait_for(options.events).await;
    let handled = probe.last().duration_since(started);
    stage.strike().await?;
    Ok((per_second(options.events, committed), per_second(options.events, handled)))
}

/// What the pipe itself can carry: everything waits in the outbox before the relay begins.
async fn drain(options: &Options, probe: &Probe) -> Result<f64> {
    let stage = Stage::set().await?;
    let instance = stage.instance()?;
    say_all(&instance, options).await?;
    probe.forget();
    instance.start(stage.life());
    probe.wait_for(options.events).await;
    // The time to connect is not what is asked for.
    let handled = probe.last().duration_since(probe.first());
    stage.strike().await?;
    Ok(per_second(options.events, handled))
}

async fn say_all(instance: &Instance, options: &Options) -> Result<()> {
    let mut producers = JoinSet::new();
    let each = options.events.div_ceil(options.producers);
    let mut left = options.events;
    while left > 0 {
        let count = left.min(each);
        left -= count;
        let instance = instance.clone();
        producers.spawn(async move {
            for _ in 0..count {
                instance.say().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(produced) = producers.join_next().await {
        produced??;
    }
    Ok(())
}

/// One after the other at a steady rate, whether or not the one before has arrived.
async fn steady(options: &Options, probe: &Probe, from_another: bool) -> Result<Latencies> {
    let stage = Stage::set().await?;
    let leader = stage.instance()?;
    leader.start(stage.life());
    stage.until_leading(&leader).await;
    let speaker = if from_another {
        let other = stage.instance()?;
        other.start_relay(stage.life());
        other
    } else {
        leader
    };
    speaker.warm_up().await?;
    probe.wait_for_quiet().await;
    probe.forget();

    let count = options.rate * options.seconds;
    let mut beat = tokio::time::interval(Duration::from_secs(1) / options.rate);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut saying = JoinSet::new();
    for _ in 0..count {
        beat.tick().await;
        let speaker = speaker.clone();
        saying.spawn(async move { speaker.say().await });
    }
    while let Some(said) = saying.join_next().await {
        said??;
    }
    probe.wait_for(usize::try_from(count)?).await;
    stage.strike().await?;
    Ok(probe.ages())
}

fn per_second(count: usize, elapsed: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / elapsed.as_secs_f64()
}
