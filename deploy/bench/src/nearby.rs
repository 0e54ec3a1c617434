//! `bench nearby`: the nearest open parties, beside a look at all of them, a spatial index, and Redis.
//!
//! All look for the same things in the same order, on the same machine and in turns, so that a noisy
//! machine is noisy to all of them.

mod contestants;
mod copies;
mod questions;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::contestants::{Arena, Contestant};
use self::questions::{Kind, Question};
use crate::crowd::{self, Party};
use crate::party_service::PartyService;
use crate::stats::{Latencies, Table, median, thousands};

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// How many open parties there are; several numbers also show how the time grows
    #[arg(long, value_delimiter = ',', default_values_t = [20_000, 200_000])]
    parties: Vec<u32>,
    /// How many ask at once
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Rounds; the tables have their medians
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Milliseconds that each contestant is asked in each round
    #[arg(long, default_value_t = 1_000)]
    milliseconds: u64,
}

/// How long one contestant took with one kind of question.
struct Measured {
    p50_ms: f64,
    p99_ms: f64,
    per_second: f64,
}

/// The medians of a contestant with a kind of question.
struct Line {
    kind: Kind,
    contestant: Contestant,
    measured: Measured,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut sizes = Vec::new();
        for &parties in &options.parties {
            let lines = measure_at(parties, options).await?;
            println!("{}", table(parties, &lines, options));
            sizes.push((parties, lines));
        }
        for pair in sizes.windows(2) {
            if let [(few, before), (many, after)] = pair {
                println!("{}", growth(*few, before, *many, after));
            }
        }
        Ok(())
    })
}

async fn measure_at(parties: u32, options: &Options) -> Result<Vec<Line>> {
    let mut random = StdRng::seed_from_u64(509);
    let mut markets = Vec::new();
    let mut people = Vec::new();
    eprintln!("{} open parties are written down …", thousands(parties.into()));
    let service = PartyService::start(&format!("bench_nearby_{parties}"), async |conn| {
        markets = crowd::markets(conn).await?;
        people = crowd::people(conn, usize::try_from(parties)?.div_ceil(5)).await?;
        let mut leaders = people.iter().copied().cycle();
        let mut left = usize::try_from(parties)?;
        while left > 0 {
            let lot = left.min(20_000);
            let leaders = leaders.by_ref().take(lot);
            let lot: Result<Vec<_>> =
                leaders.map(|leader| Party::any(&mut random, leader, &markets)).collect();
            left -= lot.as_ref().map_or(0, Vec::len);
            crowd::parties(conn, &lot?).await?;
        }
        Ok(())
    })
    .await?;
    copies::make(&service).await?;
    let reader = people.first().copied().unwrap_or_else(contracts::UserId::new);
    let arena = Arc::new(Arena::new(service, reader).await?);

    let kinds = Kind::ALL.map(|kind| (kind, Arc::new(kind.questions(&mut random, &markets))));
    check(&arena, &kinds).await?;
    let mut lines: Vec<(Kind, Contestant, Vec<Measured>)> = Vec::new();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for (kind, questions) in &kinds {
            for contestant in Contestant::ALL.into_iter().filter(|one| one.answers(*kind)) {
                let measured = measure(&arena, contestant, questions, options).await?;
                match lines.iter_mut().find(|(k, c, _)| (k, c) == (kind, &contestant)) {
                    Some((_, _, rounds)) => rounds.push(measured),
                    None => lines.push((*kind, contestant, vec![measured])),
                }
            }
        }
    }
    let medians = |rounds: Vec<Measured>| Measured {
        p50_ms: median(rounds.iter().map(|measured| measured.p50_ms)),
        p99_ms: median(rounds.iter().map(|measured| measured.p99_ms)),
        per_second: median(rounds.iter().map(|measured| measured.per_second)),
    };
    Ok(lines
        .into_iter()
        .map(|(kind, contestant, rounds)| Line { kind, contestant, measured: medians(rounds) })
        .collect())
}

/// All find the same, as exactly as each can tell.
async fn check(arena: &Arena, kinds: &[(Kind, Arc<Vec<Question>>)]) -> Result<()> {
    for (kind, questions) in kinds {
        for question in questions.iter().take(20) {
            let expected = arena.ask(Contestant::Scan, question).await?;
            for contestant in Contestant::ALL.into_iter().filter(|one| one.answers(*kind)) {
                let found = arena.ask(contestant, question).await?;
                let off = contestant.error_m();
                let same = found.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= off);
                // What is just within the radius for one may be just beyond it for another.
                let common = found.len().min(expected.len());
                let is_edge =
                    |distance_m: &f64| *distance_m >= question.search.radius.metres() - off;
                let rest = found.iter().skip(common).chain(expected.iter().skip(common));
                ensure!(
                    same && rest.clone().all(is_edge),
                    "{contestant} found {found:?} instead of {expected:?}: {question:?}"
                );
            }
        }
    }
    Ok(())
}

async fn measure(
    arena: &Arc<Arena>,
    contestant: Contestant,
    questions: &Arc<Vec<Question>>,
    options: &Options,
) -> Result<Measured> {
    let duration = Duration::from_millis(options.milliseconds);
    let begun = Instant::now();
    let clients = (0..options.clients).map(|client| {
        let (arena, questions) = (arena.clone(), questions.clone());
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            // Each begins elsewhere.
            let skipped = client * questions.len() / 8;
            for question in questions.iter().cycle().skip(skipped) {
                let asked = Instant::now();
                arena.ask(contestant, question).await?;
                latencies.push(asked.elapsed());
                if begun.elapsed() >= duration {
                    break;
                }
            }
            anyhow::Ok(latencies)
        })
    });
    let mut latencies = Vec::new();
    for client in futures_util::future::join_all(clients).await {
        latencies.extend(client??);
    }
    let elapsed = begun.elapsed();
    let latencies = Latencies::new(latencies);
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    Ok(Measured {
        p50_ms: ms(latencies.percentile(500)),
        p99_ms: ms(latencies.percentile(990)),
        per_second: f64::from(u32::try_from(latencies.count())?) / elapsed.as_secs_f64(),
    })
}

fn table(parties: u32, lines: &[Line], options: &Options) -> String {
    let mut table = Table::new(["looked for", "by", "p50 ms", "p99 ms", "answers/s"]);
    for Line { kind, contestant, measured } in lines {
        table.row([
            kind.to_string(),
            contestant.to_string(),
            format!("{:.2}", measured.p50_ms),
            format!("{:.2}", measured.p99_ms),
            thousands(measured.per_second),
        ]);
    }
    format!(
        "\n{} open parties, nearest 20 within 10 km, {} clients at once, medians of {} rounds of {} ms\n\n{table}",
        thousands(parties.into()),
        options.clients,
        options.rounds,
        options.milliseconds,
    )
}

/// How the time grows with the number of parties: as which power of it.
fn growth(few: u32, before: &[Line], many: u32, after: &[Line]) -> String {
    let mut table = Table::new(["looked for", "by", "grows as parties to the power of"]);
    for (before, after) in before.iter().zip(after) {
        let times = after.measured.p50_ms / before.measured.p50_ms;
        let exponent = times.ln() / (f64::from(many) / f64::from(few)).ln();
        table.row([after.kind.to_string(), after.contestant.to_string(), format!("{exponent:.2}")]);
    }
    format!(
        "\nfrom {} to {} parties (p50)\n\n{table}",
        thousands(few.into()),
        thousands(many.into())
    )
}
