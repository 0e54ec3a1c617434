//! `bench fanout`: a party that concerns ten thousand of a million people with favourites. From the
//! answer to whoever opened it to the last row in an inbox, and to the last open stream.
//!
//! The whole way is measured: the outbox of the party-service, the relay, RabbitMQ, the consumer,
//! the search for who is near, the inboxes, and the streams of two instances.

mod crowd;
mod platform;
mod streams;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::clock::Clock;
use chassis::http::client;
use chrono::TimeDelta;
use clap::Args;
use contracts::UserId;
use serde_json::json;

use self::crowd::{Crowd, ITEM};
use self::platform::Platform;
use self::streams::Streams;
use crate::stats::{Table, median, thousands};

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// How many people have favourites
    #[arg(long, default_value_t = 1_000_000)]
    people: usize,
    /// How many of them the party concerns
    #[arg(long, default_value_t = 10_000)]
    concerned: usize,
    /// How many of these have a stream open
    #[arg(long, default_value_t = 2_000)]
    streams: usize,
    /// Rounds, each with a new party; the table has their medians and the slowest
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// How long one party took.
struct Round {
    last_row: Duration,
    last_stream: Duration,
}

/// Measures, checks and prints the table.
pub fn run(options: &Options) -> Result<()> {
    ensure!(
        options.streams <= options.concerned && options.concerned <= options.people,
        "streams are of those concerned, and those are some of the people"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> Result<()> {
    let platform = Platform::start(options.rounds + 1).await?;
    let began = Instant::now();
    let crowd = Crowd::seed(&platform, options.people, options.concerned).await?;
    eprintln!("{} people after {:.0} s", options.people, began.elapsed().as_secs_f64());
    // Those who listen are spread over all who are told.
    let every = (options.concerned / options.streams.max(1)).max(1);
    let listeners = crowd.concerned.iter().step_by(every).take(options.streams).copied();
    let streams = Streams::open(&platform, listeners.collect()).await?;
    let mut rounds = Vec::new();
    for (number, leader) in platform.leaders.iter().enumerate() {
        let round = tell(&platform, &crowd, &streams, *leader, number + 1).await?;
        // The first makes the inboxes and warms everything up.
        if number > 0 {
            rounds.push(round);
        }
    }
    crowd.require_exactly(&platform, options.rounds + 1).await?;
    println!("{}", table(options, &rounds));
    Ok(())
}

/// Opens a party, and waits until everybody knows.
async fn tell(
    platform: &Platform,
    crowd: &Crowd,
    streams: &Streams,
    leader: UserId,
    number: usize,
) -> Result<Round> {
    let starts_at = Clock::System.now() + TimeDelta::days(2);
    let request = client::build(PATIENCE)?
        .post(format!("http://{}/v1/parties", platform.party.address))
        .bearer_auth(platform.party.token(leader)?)
        .json(&json!({
            "market_id": crowd.market.id, "item_code": ITEM, "quantity": 10, "unit": "kg",
            "total_shares": 4, "starts_at": starts_at, "ends_at": starts_at + TimeDelta::hours(1),
        }));
    streams.forget();
    let answer = request.send().await?.error_for_status()?;
    let answered = Instant::now();
    drop(answer);
    let last = *crowd.concerned.last().context("nobody is concerned")?;
    let rows = async {
        // Inboxes are filled in the order of the ids.
        while platform.last_seq(last).await? < u64::try_from(number)? {
            ensure!(answered.elapsed() < PATIENCE, "the last row did not come");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(answered.elapsed())
    };
    let (last_row, last_heard) = tokio::try_join!(rows, streams.all_heard(PATIENCE))?;
    Ok(Round { last_row, last_stream: last_heard.saturating_duration_since(answered) })
}

fn table(options: &Options, rounds: &[Round]) -> String {
    let mut table = Table::new(["after the answer", "median ms", "slowest ms"]);
    let mut row = |name: String, each: fn(&Round) -> Duration| {
        let ms = |round: &Round| each(round).as_secs_f64() * 1e3;
        let slowest = rounds.iter().map(ms).fold(0.0, f64::max);
        let middle = median(rounds.iter().map(ms));
        table.row([name, format!("{middle:.0}"), format!("{slowest:.0}")]);
        middle
    };
    let concerned = options.concerned;
    let last_row = row(format!("last of {concerned} inbox rows"), |round| round.last_row);
    row(format!("last of {} open streams", options.streams), |round| round.last_stream);
    let rows = f64::from(u32::try_from(concerned).unwrap_or(u32::MAX));
    format!(
        "{table}\n{} rows a second; {} people with favourites, {} rounds; every inbox has each \
         notification exactly once",
        thousands(rows / (last_row / 1e3)),
        options.people,
        rounds.len()
    )
}
