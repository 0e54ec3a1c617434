//! Everything dies without a word and comes back, over and over, while events run. In
//! the end every change of a party is known everywhere, every notification lies in its inbox once,
//! and whoever listened has seen each exactly once.

mod circle;
mod ledger;
mod listener;
mod persistent;
mod tables;
mod victims;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contracts::UserId;
use e2e::Platform;
use rand::seq::SliceRandom as _;
use tokio::task::JoinSet;

use self::circle::Circle;
use self::ledger::Ledger;
use self::listener::Listener;
use self::tables::Tables;
use self::victims::{Victim, Victims};

/// How many events there are at least, if nothing else is asked for: what a test run has time for.
const EVENTS: u64 = 1_000;
const EVENTS_VARIABLE: &str = "POWER_CUT_EVENTS";
/// How many groups of people have parties, each another.
const CIRCLES: usize = 16;
/// How long things go well between two deaths, at most.
const LONGEST_PEACE: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d43_whatever_dies_everything_is_known_and_told_exactly_once() {
    let mut victims = Victims::start().await;
    let tables = Tables::of(victims.platform());
    let circles = meet(victims.platform()).await;
    let people: Vec<UserId> = circles.iter().flat_map(Circle::people).collect();
    tables.until_all_live_somewhere(people.len()).await;
    let listeners: Vec<_> = circles.iter().flat_map(Listener::among).collect();

    let story = tokio::spawn(story(circles, people, tables.clone()));
    let mut deaths = 0;
    while !story.is_finished() || deaths < Victim::ALL.len() {
        let mut next = Victim::ALL;
        next.shuffle(&mut rand::rng());
        for victim in next {
            tokio::time::sleep(LONGEST_PEACE.mul_f64(rand::random())).await;
            victims.kill_and_bring_back(victim).await;
            deaths += 1;
        }
    }
    let (ledger, events) = story.await.unwrap();
    eprintln!("{events} events, {deaths} deaths, {} notifications", ledger.count());

    tables.require_inboxes(&ledger).await;
    assert_eq!(victims.dead_letters().await, Vec::<String>::new());
    let last_seqs = tables.last_seqs().await;
    for listener in listeners {
        listener.require_all_up_to(&last_seqs).await;
    }
}

/// People who will have parties with each other. All live near the same market and have starred what
/// all parties are about.
async fn meet(platform: &Platform) -> Vec<Circle> {
    let mut meeting = JoinSet::new();
    for _ in 0..CIRCLES {
        meeting.spawn(Circle::meet(platform.client()));
    }
    meeting.join_all().await
}

/// All that happens, whoever dies meanwhile. Says what everybody is to have been told of it, and how
/// many events it took.
async fn story(circles: Vec<Circle>, everyone: Vec<UserId>, tables: Tables) -> (Ledger, u64) {
    let enough = std::env::var(EVENTS_VARIABLE).map_or(EVENTS, |count| count.parse().unwrap());
    let events = Arc::new(AtomicU64::new(0));
    let mut living = JoinSet::new();
    for mut circle in circles {
        let (events, everyone) = (events.clone(), everyone.clone());
        living.spawn(async move {
            while events.load(Ordering::Relaxed) < enough {
                events.fetch_add(circle.live_on(&everyone).await, Ordering::Relaxed);
            }
            circle
        });
    }
    let circles = living.join_all().await;
    tables.settle("all changes are known").await;
    tables.require_parties(&circles).await;

    // Not before all are invited: nobody is to what is over.
    let mut ending = JoinSet::new();
    for mut circle in circles {
        ending.spawn(async move {
            let count = circle.cancel_all().await;
            (circle, count)
        });
    }
    let mut ended = Vec::new();
    for (circle, count) in ending.join_all().await {
        events.fetch_add(count, Ordering::Relaxed);
        ended.push(circle);
    }
    tables.settle("all ends are known").await;
    tables.require_parties(&ended).await;
    let mut ledger = tables.opened_rooms().await;
    for circle in ended {
        ledger.take_over(circle.into_ledger());
    }
    (ledger, events.load(Ordering::Relaxed))
}
