//! `bench seats`: many clients race for few shares. What counts is how fast the winners are found,
//! and that there are exactly as many of them as there are shares.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::http::client;
use clap::Args;
use contracts::{PartyId, UserId};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::future::try_join_all;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::json;

use crate::crowd::{self, Market, Party};
use crate::party_service::PartyService;
use crate::stats::{Latencies, Table, median, thousands};

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// How many people ask for a share
    #[arg(long, default_value_t = 500)]
    clients: usize,
    /// How many parties there are
    #[arg(long, default_value_t = 50)]
    parties: usize,
    /// How many shares there are in all
    #[arg(long, default_value_t = 100)]
    shares: usize,
    /// Rounds, each with new parties; the table has their medians
    #[arg(long, default_value_t = 10)]
    rounds: usize,
}

/// What happened to many requests that were sent at once.
struct Burst {
    statuses: HashMap<StatusCode, usize>,
    latencies: Latencies,
    elapsed: Duration,
}

/// Measures, checks and prints the table.
pub fn run(options: &Options) -> Result<()> {
    ensure!(
        options.parties > 0 && options.shares.is_multiple_of(options.parties),
        "each party must have equally many shares"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(race(options))
}

async fn race(options: &Options) -> Result<()> {
    let (mut markets, mut people) = (Vec::new(), Vec::new());
    let service = PartyService::start("bench_seats", async |conn| {
        markets = crowd::markets(conn).await?;
        people = crowd::people(conn, options.parties + options.clients).await?;
        Ok(())
    })
    .await?;
    let (leaders, clients) = people.split_at(options.parties);
    let course = Course::new(service, leaders, clients)?;
    let mut rounds = Vec::new();
    // The first opens connections, and is not counted.
    for round in 0..=options.rounds {
        let parties = course.lay_out(options, &markets).await?;
        let outcome = course.run(options, &parties).await?;
        if round > 0 {
            rounds.push(outcome);
        }
    }
    println!("{}", table(options, &rounds)?);
    Ok(())
}

/// The service and those who race on it.
struct Course {
    service: PartyService,
    http: reqwest::Client,
    /// Who leads, with a token.
    leaders: Vec<(UserId, Arc<str>)>,
    /// Who races, with a token.
    clients: Vec<(UserId, Arc<str>)>,
}

impl Course {
    fn new(service: PartyService, leaders: &[UserId], clients: &[UserId]) -> Result<Self> {
        let with_token = |id: &UserId| Ok((*id, Arc::from(service.token(*id)?)));
        let leaders = leaders.iter().map(with_token).collect::<Result<_>>()?;
        let clients = clients.iter().map(with_token).collect::<Result<_>>()?;
        Ok(Self { service, http: client::build(Duration::from_mins(1))?, leaders, clients })
    }

    /// New parties, each with its share of the shares.
    async fn lay_out(&self, options: &Options, markets: &[Market]) -> Result<Vec<Party>> {
        let mut random = StdRng::seed_from_u64(509);
        let free = u32::try_from(options.shares / options.parties)?;
        let parties: Result<Vec<_>> = self
            .leaders
            .iter()
            .map(|(leader, _)| {
                let party = Party::any(&mut random, *leader, markets)?;
                Ok(Party { total_shares: 1 + free, ..party })
            })
            .collect();
        let parties = parties?;
        crowd::parties(&mut *self.service.db.conn().await?, &parties).await?;
        Ok(parties)
    }

    /// All apply at once; then all are to be accepted at once. Fails if not exactly as many are as
    /// there are shares.
    async fn run(&self, options: &Options, parties: &[Party]) -> Result<(Burst, Burst)> {
        let applicants = self.clients.iter().zip(parties.iter().cycle());
        let applied = burst(applicants.clone().map(|((_, token), party)| {
            self.post(token, &format!("{}/applications", path(party.id)))
                .json(&json!({ "shares": 1 }))
        }))
        .await?;
        ensure!(applied.count(StatusCode::CREATED) == options.clients, "not everyone could apply");

        let mut leaders = HashMap::new();
        for (leader, token) in &self.leaders {
            leaders.insert(*leader, token);
        }
        let mut requests = Vec::new();
        for ((applicant, _), party) in applicants {
            let token = leaders.get(&party.leader).context("each party has a leader")?;
            let accept = format!("{}/applications/{applicant}/accept", path(party.id));
            requests.push(self.post(token, &accept));
        }
        let accepted = burst(requests.into_iter()).await?;
        let winners = accepted.count(StatusCode::OK);
        let losers = accepted.count(StatusCode::CONFLICT);
        ensure!(winners == options.shares, "{winners} were accepted for {} shares", options.shares);
        ensure!(winners + losers == options.clients, "some got neither: {:?}", accepted.statuses);
        self.check(options).await?;
        Ok((applied, accepted))
    }

    fn post(&self, token: &str, path: &str) -> RequestBuilder {
        let key = uuid::Uuid::new_v4().to_string();
        let url = format!("http://{}{path}", self.service.address);
        self.http.post(url).bearer_auth(token).header("idempotency-key", key)
    }

    /// What is stored is what was answered: every party is full and none is fuller.
    async fn check(&self, options: &Options) -> Result<()> {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let mut conn = self.service.db.conn().await?;
        let sql = "SELECT COUNT(*) AS n FROM parties p WHERE status <> 'locked' \
                   OR taken_shares <> total_shares \
                   OR taken_shares <> leader_shares + (SELECT SUM(m.shares) FROM party_members m \
                      WHERE m.party_id = p.id AND m.status = 'accepted')";
        let wrong: Count = diesel::sql_query(sql).get_result(&mut conn).await?;
        ensure!(wrong.n == 0, "{} of {} parties are not full", wrong.n, options.parties);
        Ok(())
    }
}

fn path(party: PartyId) -> String {
    format!("/v1/parties/{party}")
}

/// Sends all requests at once.
async fn burst(requests: impl Iterator<Item = RequestBuilder>) -> Result<Burst> {
    let begun = Instant::now();
    let answers = requests.map(|request| {
        tokio::spawn(async move {
            let sent = Instant::now();
            let answer = request.send().await?;
            let status = answer.status();
            answer.bytes().await?;
            reqwest::Result::Ok((status, sent.elapsed()))
        })
    });
    let answers = try_join_all(answers.collect::<Vec<_>>()).await?;
    let elapsed = begun.elapsed();
    let (mut statuses, mut latencies) = (HashMap::new(), Vec::new());
    for answer in answers {
        let (status, latency) = answer?;
        *statuses.entry(status).or_default() += 1;
        latencies.push(latency);
    }
    Ok(Burst { statuses, latencies: Latencies::new(latencies), elapsed })
}

impl Burst {
    fn count(&self, status: StatusCode) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }

    fn per_second(&self, count: usize) -> Result<f64> {
        Ok(f64::from(u32::try_from(count)?) / self.elapsed.as_secs_f64())
    }
}

fn table(options: &Options, rounds: &[(Burst, Burst)]) -> Result<String> {
    let mut table = Table::new(["", "answers/s", "successes/s", "p50 ms", "p99 ms"]);
    let applied: Vec<_> = rounds.iter().map(|(applied, _)| applied).collect();
    let accepted: Vec<_> = rounds.iter().map(|(_, accepted)| accepted).collect();
    for (name, bursts, successes) in
        [("apply", applied, options.clients), ("accept", accepted, options.shares)]
    {
        let rate = |count| {
            let rates: Result<Vec<_>> =
                bursts.iter().map(|burst| burst.per_second(count)).collect();
            Ok::<_, anyhow::Error>(thousands(median(rates?)))
        };
        let ms = |per_mille| {
            let at = |burst: &&Burst| burst.latencies.percentile(per_mille).as_secs_f64() * 1e3;
            format!("{:.0}", median(bursts.iter().map(at)))
        };
        table.row([name.into(), rate(options.clients)?, rate(successes)?, ms(500), ms(990)]);
    }
    Ok(format!(
        "{table}\n{} clients at once for {} shares of {} parties, medians of {} rounds; in each round \
         exactly {} were accepted",
        options.clients, options.shares, options.parties, options.rounds, options.shares
    ))
}
