//! What is done, and what comes of it.

use std::collections::HashSet;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::runtime::Runtime;

use super::contestant::Contestant;
use super::crowd::Crowd;
use super::mark::Mark;
use super::{LARGE, PEOPLE};
use crate::stats::Latencies;

/// How long what was sent is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// One person talks to a thousand, as fast as it goes.
    OneRoom,
    /// Ten people in each of a hundred rooms, as fast as it goes.
    ManyRooms,
    /// The same at 5,000 deliveries a second.
    Calm,
    /// One person sends a thousand messages at once.
    Burst,
    /// A hundred people send ten messages each at once, each in a room of their own.
    Hundred,
}

impl Scenario {
    /// What is about time comes first: after the others the database still writes for a while.
    pub(super) const ALL: [Self; 5] =
        [Self::Calm, Self::Burst, Self::Hundred, Self::OneRoom, Self::ManyRooms];

    /// The room of each client.
    fn rooms(self) -> Vec<Option<usize>> {
        match self {
            Self::OneRoom => vec![Some(LARGE); PEOPLE],
            // Neighbours in number are in one room, and so on different instances.
            Self::ManyRooms | Self::Calm => (0..PEOPLE).map(|client| Some(client / 10)).collect(),
            Self::Burst => vec![Some(0), Some(0)],
            Self::Hundred => (0..100).map(Some).collect(),
        }
    }

    /// Which clients send.
    fn senders(self) -> Vec<usize> {
        match self {
            Self::OneRoom | Self::Burst => vec![0],
            Self::ManyRooms | Self::Calm => (0..PEOPLE).step_by(10).collect(),
            Self::Hundred => (0..100).collect(),
        }
    }

    /// How many hear a message.
    const fn audience(self) -> usize {
        match self {
            Self::OneRoom => PEOPLE,
            Self::ManyRooms | Self::Calm => 10,
            Self::Burst => 2,
            Self::Hundred => 1,
        }
    }

    /// How many messages a sender has under way at most.
    const fn window(self) -> usize {
        match self {
            Self::OneRoom => 64,
            Self::ManyRooms => 32,
            Self::Calm | Self::Burst => 1000,
            Self::Hundred => 10,
        }
    }

    /// How many messages a sender sends in all, if that is not decided by the time.
    const fn quota(self) -> Option<usize> {
        match self {
            Self::Burst => Some(1000),
            Self::Hundred => Some(10),
            _ => None,
        }
    }

    /// How often it is done. What is over in a moment is done several times, so that it is not the disk
    /// in that moment that is measured.
    pub(super) const fn rounds(self) -> usize {
        if self.quota().is_some() { 9 } else { 1 }
    }

    /// How many microseconds lie between two messages of all senders together.
    const fn pace_us(self) -> Option<u64> {
        match self {
            Self::Calm => Some(2000),
            _ => None,
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneRoom => "1 room × 1,000",
            Self::ManyRooms => "100 rooms × 10",
            Self::Calm => "100 rooms × 10 at 5,000/s",
            Self::Burst => "1,000 messages of one user at once",
            Self::Hundred => "100 users send 10 each at once",
        })
    }
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) deliveries: usize,
    pub(super) elapsed: Duration,
    /// Processor time of the contestant for each delivery.
    pub(super) cpu_us: f64,
    /// The same with Redis and the database.
    pub(super) all_cpu_us: f64,
    pub(super) latencies: Latencies,
    pub(super) mean: Duration,
    pub(super) lost: usize,
    pub(super) doubled: usize,
    pub(super) disordered: usize,
}

impl Outcome {
    /// The round with the middle one of the means, with what was lost in any of them.
    pub(super) fn median(mut rounds: Vec<Self>) -> Option<Self> {
        rounds.sort_by_key(|round| round.mean);
        let sum = |of: fn(&Self) -> usize| rounds.iter().map(of).sum();
        let (lost, doubled) = (sum(|round| round.lost), sum(|round| round.doubled));
        let disordered = sum(|round| round.disordered);
        let middle = rounds.len() / 2;
        rounds.into_iter().nth(middle).map(|round| Self { lost, doubled, disordered, ..round })
    }

    pub(super) fn per_second(&self) -> f64 {
        number(self.deliveries) / self.elapsed.as_secs_f64()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.0}/s, {:.2} µs ({:.2} with stores), mean {:?}, p99 {:?}, all in {:?}, lost {} doubled {} disordered {}",
            self.per_second(),
            self.cpu_us,
            self.all_cpu_us,
            self.mean,
            self.latencies.percentile(990),
            self.elapsed,
            self.lost,
            self.doubled,
            self.disordered
        )
    }
}

/// What has been sent and heard.
struct Score {
    /// Messages of each sender.
    sent: Vec<usize>,
    /// What each client has heard of each sender: the number it expects next.
    next: Vec<Vec<usize>>,
    /// What each sender has heard of itself.
    back: Vec<usize>,
    /// Client, sender and number of what has been passed over so far.
    missed: HashSet<(usize, usize, usize)>,
    heard: usize,
    doubled: usize,
    disordered: usize,
    latencies: Vec<Duration>,
}

impl Score {
    fn hear(&mut self, client: usize, mark: Mark, now_us: u64) {
        self.heard += 1;
        self.latencies.push(Duration::from_micros(now_us.saturating_sub(mark.sent_us)));
        if client == mark.sender
            && let Some(back) = self.back.get_mut(client)
        {
            *back += 1;
        }
        let Some(heard) = self.next.get_mut(client) else { return };
        if heard.len() <= mark.sender {
            heard.resize(mark.sender + 1, 0);
        }
        let Some(next) = heard.get_mut(mark.sender) else { return };
        match mark.number.cmp(next) {
            // It is late, if it was missed before.
            std::cmp::Ordering::Less if self.missed.remove(&(client, mark.sender, mark.number)) => {
                self.disordered += 1;
            }
            std::cmp::Ordering::Less => self.doubled += 1,
            std::cmp::Ordering::Equal => *next += 1,
            std::cmp::Ordering::Greater => {
                self.missed
                    .extend((*next..mark.number).map(|number| (client, mark.sender, number)));
                *next = mark.number + 1;
            }
        }
    }
}

/// Does it.
pub(super) fn run(
    runtime: &Runtime,
    contestant: &Contestant,
    scenario: Scenario,
    time: Duration,
) -> Result<Outcome> {
    let rooms = scenario.rooms();
    let mut crowd = runtime.block_on(Crowd::gather(contestant, &rooms))?;
    let senders = scenario.senders();
    let clients = rooms.len();
    let mut score = Score {
        sent: vec![0; clients],
        next: vec![Vec::new(); clients],
        back: vec![0; clients],
        missed: HashSet::new(),
        heard: 0,
        doubled: 0,
        disordered: 0,
        latencies: Vec::new(),
    };
    settle(&mut crowd, &mut score)?;
    let (cpu, stores, began) =
        (contestant.cpu_time()?, contestant.stores_cpu_time()?, Instant::now());
    let began_us = crowd.now_us();
    let mut total = 0;
    loop {
        let over = scenario.quota().is_none() && began.elapsed() >= time;
        let now_us = crowd.now_us();
        for sender in &senders {
            let (Some(sent), Some(back)) = (score.sent.get_mut(*sender), score.back.get(*sender))
            else {
                continue;
            };
            let room = rooms.get(*sender).copied().flatten().context("a sender without a room")?;
            let room = contestant.rooms.get(room).context("no such room")?;
            let mut said = false;
            while !over
                && *sent - *back < scenario.window()
                && scenario.quota().is_none_or(|quota| *sent < quota)
                && scenario.pace_us().is_none_or(|pace| {
                    u64::try_from(total).unwrap_or(u64::MAX) * pace <= now_us - began_us
                })
            {
                let mark = Mark { sender: *sender, number: *sent, sent_us: crowd.now_us() };
                crowd.send(*sender, &contestant.dialect.say(room, mark))?;
                *sent += 1;
                total += 1;
                said = true;
                if scenario.pace_us().is_some() {
                    break;
                }
            }
            if said {
                crowd.flush(*sender)?;
            }
        }
        hear(&mut crowd, &mut score, Duration::from_millis(1))?;
        let all = total * scenario.audience();
        let complete = score.heard >= all;
        let done = over || scenario.quota().is_some_and(|quota| total >= quota * senders.len());
        if (done && complete) || began.elapsed() > time + PATIENCE {
            let elapsed = began.elapsed();
            let cpu = contestant.cpu_time()?.saturating_sub(cpu);
            let stores = contestant.stores_cpu_time()?.saturating_sub(stores);
            let each = |time: Duration| time.as_secs_f64() * 1e6 / number(score.heard.max(1));
            let sum: Duration = score.latencies.iter().sum();
            return Ok(Outcome {
                deliveries: score.heard,
                elapsed,
                cpu_us: each(cpu),
                all_cpu_us: each(cpu + stores),
                mean: sum / u32::try_from(score.latencies.len().max(1))?,
                latencies: Latencies::new(score.latencies),
                lost: (all + score.doubled).saturating_sub(score.heard),
                doubled: score.doubled,
                disordered: score.disordered,
            });
        }
    }
}

fn hear(crowd: &mut Crowd, score: &mut Score, patience: Duration) -> Result<()> {
    let mut now = None;
    let clock = crowd.clock();
    crowd.listen(patience, |client, mark| {
        let now = *now.get_or_insert_with(&clock);
        score.hear(client, mark, now);
    })
}

/// Lets the news of comings and goings pass.
fn settle(crowd: &mut Crowd, score: &mut Score) -> Result<()> {
    let until = Instant::now() + Duration::from_millis(1500);
    while Instant::now() < until {
        hear(crowd, score, Duration::from_millis(50))?;
    }
    Ok(())
}

/// The memory of a connection that only waits, in bytes: subscribed to a room, one of a hundred.
pub(super) fn idle(runtime: &Runtime, contestant: &Contestant, count: usize) -> Result<f64> {
    let warm = runtime.block_on(Crowd::gather(contestant, &[Some(0); 200]))?;
    let before = contestant.memory()?;
    let rooms: Vec<_> = (0..count).map(|client| Some(client % LARGE)).collect();
    let mut crowd = runtime.block_on(Crowd::gather(contestant, &rooms))?;
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        crowd.listen(Duration::from_millis(50), |_, _| {})?;
    }
    let after = contestant.memory()?;
    drop(warm);
    Ok((after - before).max(0.0) / number(count))
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
