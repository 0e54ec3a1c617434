//! Profiles with their counted penalties: out of the cache, beside the same counted in SQL, by one
//! service in turns.
//!
//! The service speaks to Redis as a user who may run scripts in one half of the rounds and may not
//! in the other; without scripts there is no cache to rely on, and every read is counted in SQL. With
//! them, what was remembered before is not believed, so everybody is looked at once before a round.

mod batch;
mod load;
mod past;
mod switch;

use std::time::Duration;

use anyhow::{Result, ensure};

use self::load::Load;
use self::switch::Switch;
use crate::crowd;
use crate::party_service::PartyService;
use crate::stats::{Latencies, Table, thousands};

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// How many people are looked at
    #[arg(long, default_value_t = 2_000)]
    people: usize,
    /// How many parties they have been through
    #[arg(long, default_value_t = 20_000)]
    parties: usize,
    /// How many clients look at once
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Rounds of each kind, in turns
    #[arg(long, default_value_t = 8)]
    rounds: usize,
    /// How long a round is measured, in seconds
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> Result<()> {
    let mut people = Vec::new();
    let switch = Switch::new().await?;
    let variables = [("PARTY__REDIS__URL", switch.url().to_owned())];
    let service = PartyService::start_told("bench_penalty", &variables, async |conn| {
        let markets = crowd::markets(conn).await?;
        people = crowd::people(conn, options.people).await?;
        past::invent(conn, &people, &markets, options.parties).await
    })
    .await?;
    let reader = *people.first().ok_or_else(|| anyhow::anyhow!("there must be people"))?;
    let load = Load {
        address: service.address,
        token: service.token(reader)?,
        people,
        connections: options.connections,
        duration: Duration::from_secs(options.seconds),
    };
    let mut kinds = [Kind::new("counted in SQL", false), Kind::new("cache", true)];
    // The first round of each kind warms caches and connections, and is not counted.
    for round in 0..=options.rounds {
        for kind in &mut kinds {
            switch.set(kind.with_cache).await?;
            switch.settled(service.address, kind.with_cache).await?;
            load.look_at_everybody().await?;
            let before = switch::hits(service.address).await?;
            let latencies = load.run().await?;
            let hits = switch::hits(service.address).await? - before;
            let reads = f64::from(u32::try_from(latencies.count())?);
            if round > 0 {
                ensure!(kind.with_cache == (hits > 0.0), "{hits} hits {}", kind.name);
                kind.hits += hits;
                kind.reads += reads;
                kind.latencies =
                    std::mem::replace(&mut kind.latencies, Latencies::none()).and(latencies);
            }
        }
    }
    println!("{}", table(&kinds, options));
    println!("{}", batch::measure(&service, &load.people).await?);
    Ok(())
}

/// One of the two ways.
struct Kind {
    name: &'static str,
    with_cache: bool,
    latencies: Latencies,
    reads: f64,
    hits: f64,
}

impl Kind {
    const fn new(name: &'static str, with_cache: bool) -> Self {
        Self { name, with_cache, latencies: Latencies::none(), reads: 0.0, hits: 0.0 }
    }
}

fn table(kinds: &[Kind], options: &Options) -> String {
    let mut table = Table::new([
        "GET /v1/users/{id}",
        "requests/s",
        "mean ms",
        "p99 ms",
        "max ms",
        "deviation ms",
        "hits",
    ]);
    let ms = |duration: Duration| format!("{:.2}", duration.as_secs_f64() * 1e3);
    let rounds = f64::from(u32::try_from(options.rounds).unwrap_or(u32::MAX));
    for kind in kinds {
        let seconds = rounds * Duration::from_secs(options.seconds).as_secs_f64();
        table.row([
            kind.name.into(),
            thousands(kind.reads / seconds),
            ms(kind.latencies.mean()),
            ms(kind.latencies.percentile(990)),
            ms(kind.latencies.percentile(1_000)),
            ms(kind.latencies.deviation()),
            format!("{:.1} %", 100.0 * kind.hits / kind.reads.max(1.0)),
        ]);
    }
    format!(
        "{table}\n{}\n{} people with {} parties behind them, {} connections, {} rounds of {} s each in turns",
        ratios(kinds),
        options.people,
        options.parties,
        options.connections,
        options.rounds,
        options.seconds
    )
}

/// What the cache makes of it, in one line: the last kind beside the first.
fn ratios(kinds: &[Kind]) -> String {
    let (Some(counted), Some(cached)) = (kinds.first(), kinds.last()) else {
        return String::new();
    };
    let p99 = |kind: &Kind| kind.latencies.percentile(990).as_secs_f64();
    format!(
        "{} beside {}: {:.2} times the requests, {:.2} times the 99th percentile",
        cached.name,
        counted.name,
        cached.reads / counted.reads.max(1.0),
        p99(cached) / p99(counted).max(f64::EPSILON)
    )
}
