//! `bench chat`: rooms of many and of few, beside RabbitMQ's web-STOMP plug-in and socket.io with its
//! Redis adapter. Ours checks tokens and membership and stores each message before it is handed on;
//! socket.io checks a token and inserts each message; RabbitMQ does neither.
//!
//! Every server, with Redis and the database, runs on one core; the clients on another. Each client
//! is a socket in one loop here that looks for marks in what comes: who sent it, the how-manieth it
//! is, and when. So loss, repetition and order are seen, whatever the protocol.

mod contestant;
mod crowd;
mod dialect;
mod mark;
mod ours;
mod rooms;
mod scenario;
mod socket_io;
mod web_stomp;

use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;

use self::contestant::Contestant;
use self::scenario::{Outcome, Scenario};
use crate::machine;
use crate::stats::{Table, thousands};

/// The servers' core, and that of the clients.
const SERVER_CORE: usize = 0;
const CLIENT_CORE: usize = 1;

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// Seconds that each is measured in each scenario
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Only contestants whose name begins like this
    #[arg(long, default_value = "")]
    only: String,
    /// Only scenarios whose name begins like this
    #[arg(long, default_value = "")]
    scenario: String,
    /// Idle connections whose memory is measured; 0 leaves it out
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    machine::require_cores(2)?;
    machine::stay_on(CLIENT_CORE)?;
    machine::open_many_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows: Vec<(Scenario, String, Outcome)> = Vec::new();
    let mut idle = Table::new(["system", "KB per idle connection"]);
    for name in contestant::NAMES {
        if !name.starts_with(&options.only) {
            continue;
        }
        let started = runtime.block_on(contestant::start(name, SERVER_CORE))?;
        let Some(contestant) = started else { continue };
        // First, while its memory holds nothing else yet.
        if options.idle > 0 {
            let bytes = scenario::idle(&runtime, &contestant, options.idle)?;
            eprintln!("idle: {}: {:.1} KB", contestant.name, bytes / 1024.0);
            idle.row([contestant.name.to_owned(), format!("{:.1}", bytes / 1024.0)]);
        }
        for scenario in Scenario::ALL {
            if !scenario.to_string().starts_with(&options.scenario) {
                continue;
            }
            let time = Duration::from_secs(options.seconds);
            let rounds = (0..scenario.rounds())
                .map(|_| scenario::run(&runtime, &contestant, scenario, time))
                .collect::<Result<Vec<_>>>()?;
            let outcome = Outcome::median(rounds).context("no round was run")?;
            eprintln!("{scenario}: {}: {outcome}", contestant.name);
            rows.push((scenario, contestant.name.to_owned(), outcome));
        }
    }
    println!("{}\n{idle}", table(&rows));
    Ok(())
}

fn table(rows: &[(Scenario, String, Outcome)]) -> Table {
    let mut table = Table::new([
        "scenario",
        "system",
        "deliveries/s",
        "CPU µs per delivery",
        "with Redis and database",
        "mean ms",
        "p50 ms",
        "p99 ms",
        "p999 ms",
        "lost, doubled, out of order",
    ]);
    let ms = |time: Duration| format!("{:.2}", time.as_secs_f64() * 1e3);
    for scenario in Scenario::ALL {
        for (_, name, outcome) in rows.iter().filter(|(of, ..)| *of == scenario) {
            table.row([
                scenario.to_string(),
                name.clone(),
                thousands(outcome.per_second()),
                format!("{:.2}", outcome.cpu_us),
                format!("{:.2}", outcome.all_cpu_us),
                ms(outcome.mean),
                ms(outcome.latencies.percentile(500)),
                ms(outcome.latencies.percentile(990)),
                ms(outcome.latencies.percentile(999)),
                format!("{}, {}, {}", outcome.lost, outcome.doubled, outcome.disordered),
            ]);
        }
    }
    table
}

/// Rooms and people of the largest scenario.
const ROOMS: usize = 101;
const PEOPLE: usize = 1000;

/// The one large room; the small ones are those before it.
const LARGE: usize = 100;

/// What one contestant is started as.
type Started = Result<Option<Contestant>>;
