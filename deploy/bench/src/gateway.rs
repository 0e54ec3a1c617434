//! `bench gateway`: what the gateway costs, beside HAProxy with a token check, nginx without one, and
//! nothing in between.
//!
//! The proxy runs on one core; the clients and the service behind it on another. The proxies take
//! turns, round by round, so that a noisy machine is noisy to all of them.

pub(crate) mod load;
mod peers;
pub(crate) mod service;
pub(crate) mod tokens;

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;

use self::load::Load;
use self::peers::{Peer, Surroundings};
use self::tokens::Tokens;
use crate::machine;
use crate::stats::{Table, median, thousands};

/// The proxy's core, and that of everything else.
const PROXY_CORE: usize = 0;
const OTHER_CORE: usize = 1;

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// Keep-alive connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Rounds; the table has their medians
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds that each proxy is measured in each round
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

/// What one proxy did in one round.
struct Measured {
    requests_per_second: f64,
    p50_us: f64,
    p99_us: f64,
    /// Processor time of the proxy; none where there is no proxy.
    cpu_us_per_request: Option<f64>,
}

/// Measures and prints the table.
pub fn run(options: &Options) -> Result<()> {
    machine::require_cores(2)?;
    machine::stay_on(OTHER_CORE)?;
    let tokens = Tokens::new()?;
    let service = service::start(&tokens.jwks()?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let surroundings = Surroundings { service, tokens, folder: tempfile::tempdir()? };
        let mut peers = peers::start(&surroundings, PROXY_CORE).await?;
        let mut rounds: Vec<Vec<Measured>> = peers.iter().map(|_| Vec::new()).collect();
        for round in 1..=options.rounds {
            for (peer, rounds) in peers.iter_mut().zip(&mut rounds) {
                let measured = measure(peer, options).await?;
                let speed = thousands(measured.requests_per_second);
                eprintln!("round {round}: {}: {speed} requests/s", peer.name);
                rounds.push(measured);
            }
        }
        println!("{}", table(&peers, &rounds, options));
        Ok(())
    })
}

async fn measure(peer: &mut Peer, options: &Options) -> Result<Measured> {
    peer.require_alive()?;
    let load = Load {
        address: peer.address,
        request: peer.request.clone(),
        connections: options.connections,
        warm_up: Duration::from_secs(1),
        duration: Duration::from_secs(options.seconds),
    };
    let outcome = load.run(|| peer.cpu_time()).await?;
    let count = u32::try_from(outcome.latencies.count())?;
    ensure!(count > 0, "{} answered nothing", peer.name);
    let us = |duration: Duration| duration.as_secs_f64() * 1e6;
    Ok(Measured {
        requests_per_second: f64::from(count) / outcome.elapsed.as_secs_f64(),
        p50_us: us(outcome.latencies.percentile(500)),
        p99_us: us(outcome.latencies.percentile(990)),
        cpu_us_per_request: outcome.cpu_time.map(|time| us(time) / f64::from(count)),
    })
}

fn table(peers: &[Peer], rounds: &[Vec<Measured>], options: &Options) -> String {
    let mut table = Table::new(["proxy", "requests/s", "p50 µs", "p99 µs", "CPU µs per request"]);
    for (peer, rounds) in peers.iter().zip(rounds) {
        let of = |field: fn(&Measured) -> f64| median(rounds.iter().map(field));
        let cpu = rounds.iter().filter_map(|measured| measured.cpu_us_per_request);
        let cpu = if peer.is_direct() { "–".into() } else { format!("{:.1}", median(cpu)) };
        table.row([
            peer.name.to_owned(),
            thousands(of(|measured| measured.requests_per_second)),
            thousands(of(|measured| measured.p50_us)),
            thousands(of(|measured| measured.p99_us)),
            cpu,
        ]);
    }
    format!(
        "{table}\n{} connections, a JSON answer of 1 KB, medians of {} rounds of {} s",
        options.connections, options.rounds, options.seconds
    )
}
