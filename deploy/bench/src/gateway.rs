//! `bench gateway`: what the gateway costs, beside HAProxy with a token check, nginx without one, and
//! nothing in between.
//!
//! The proxy runs on one core; the clients and the service behind it on another. The proxies take
//! turns, round by round, so that a noisy machine is noisy to all of them.

mod case;
pub(crate) mod load;
mod peers;
pub(crate) mod service;
pub(crate) mod tokens;

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;

use self::case::Case;
use self::load::Load;
use self::peers::{Peer, Surroundings};
use self::tokens::Tokens;
use crate::machine;
use crate::stats::{Table, median, thousands};

/// The proxy's core, and that of everything else.
const PROXY_CORE: usize = 0;
const OTHER_CORE: usize = 1;
/// The one whose processor time the others are compared with.
const REFERENCE: &str = "nginx";

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// Keep-alive connections, each with one request at a time
    #[arg(long, value_delimiter = ',', default_value = "64,256,1024")]
    connections: Vec<usize>,
    /// What is asked: `small` and `large` answers, `post`, and `cold` tokens that were never seen
    #[arg(long, value_delimiter = ',', default_value = "small,large,post,cold")]
    cases: Vec<Case>,
    /// Only the proxies with one of these in their name
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Rounds; the table has their medians
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds that each proxy is measured in each round
    #[arg(long, default_value_t = 2)]
    seconds: u64,
}

/// What one proxy did in one round.
struct Measured {
    requests_per_second: f64,
    p50_us: f64,
    p99_us: f64,
    p999_us: f64,
    /// Processor time of the proxy, and its memory; none where there is no proxy.
    cpu_us_per_request: f64,
    megabytes: f64,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    machine::require_cores(2)?;
    machine::stay_on(OTHER_CORE)?;
    machine::open_many_files()?;
    let tokens = Tokens::new()?;
    let service = service::start(&tokens.jwks()?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let surroundings = Surroundings { service, tokens, folder: tempfile::tempdir()? };
        let mut peers = peers::start(&surroundings, PROXY_CORE, &options.only).await?;
        for case in &options.cases {
            for connections in &options.connections {
                let rounds =
                    measure(&mut peers, *case, *connections, options, &surroundings).await?;
                println!("{}", table(&peers, &rounds, *case, *connections, options));
            }
        }
        Ok(())
    })
}

/// All proxies in turns, as often as there are rounds.
async fn measure(
    peers: &mut [Peer],
    case: Case,
    connections: usize,
    options: &Options,
    surroundings: &Surroundings,
) -> Result<Vec<Vec<Measured>>> {
    let mut rounds: Vec<Vec<Measured>> = peers.iter().map(|_| Vec::new()).collect();
    for _ in 0..options.rounds {
        for (peer, rounds) in peers.iter_mut().zip(&mut rounds) {
            peer.require_alive()?;
            let load = Load {
                address: peer.address,
                requests: peer.requests(case, surroundings)?,
                connections,
                warm_up: Duration::from_millis(500),
                duration: Duration::from_secs(options.seconds),
            };
            rounds.push(one(peer, &load).await?);
        }
    }
    Ok(rounds)
}

async fn one(peer: &Peer, load: &Load) -> Result<Measured> {
    let outcome = load.run(|| peer.used()).await?;
    let count = u32::try_from(outcome.latencies.count())?;
    ensure!(count > 0, "{} answered nothing", peer.name);
    let us = |duration: Duration| duration.as_secs_f64() * 1e6;
    let megabytes = f64::from(u32::try_from(outcome.bytes >> 10)?) / 1024.0;
    Ok(Measured {
        requests_per_second: f64::from(count) / outcome.elapsed.as_secs_f64(),
        p50_us: us(outcome.latencies.percentile(500)),
        p99_us: us(outcome.latencies.percentile(990)),
        p999_us: us(outcome.latencies.percentile(999)),
        cpu_us_per_request: us(outcome.cpu_time) / f64::from(count),
        megabytes,
    })
}

fn table(
    peers: &[Peer],
    rounds: &[Vec<Measured>],
    case: Case,
    connections: usize,
    options: &Options,
) -> String {
    let of = |rounds: &[Measured], field: fn(&Measured) -> f64| median(rounds.iter().map(field));
    let cpu = |rounds: &[Measured]| of(rounds, |measured| measured.cpu_us_per_request);
    let reference = peers.iter().zip(rounds).find(|(peer, _)| peer.name.starts_with(REFERENCE));
    let reference = reference.map(|(_, rounds)| cpu(rounds));
    let mut table = Table::new([
        "proxy",
        "requests/s",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "CPU µs",
        "to nginx",
        "MB",
    ]);
    for (peer, rounds) in peers.iter().zip(rounds) {
        let told = |text: String| if peer.is_direct() { "–".into() } else { text };
        let ratio = reference.map_or("–".into(), |nginx| format!("{:.2}", cpu(rounds) / nginx));
        table.row([
            peer.name.to_owned(),
            thousands(of(rounds, |measured| measured.requests_per_second)),
            thousands(of(rounds, |measured| measured.p50_us)),
            thousands(of(rounds, |measured| measured.p99_us)),
            thousands(of(rounds, |measured| measured.p999_us)),
            told(format!("{:.1}", cpu(rounds))),
            told(ratio),
            told(format!("{:.1}", of(rounds, |measured| measured.megabytes))),
        ]);
    }
    let (rounds, seconds) = (options.rounds, options.seconds);
    format!(
        "{case}, {connections} connections; medians of {rounds} rounds of {seconds} s\n\n{table}"
    )
}
