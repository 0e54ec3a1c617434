//! What could not be handled can be looked at, replayed and dropped, by a command of the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bus::stage::{Act, Listener, Stage};
use chassis::bus::{CommandError, DeadLetters, DeadLettersCommand};
use chrono::TimeDelta;
use clap::Parser;
use contracts::routing::NOTIFY;
use testkit::until;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: DeadLettersCommand,
}

impl Stage {
    async fn command(&self, arguments: &[&str]) -> Result<String, CommandError> {
        let cli = Cli::try_parse_from([&["dead-letters"], arguments].concat()).unwrap();
        let mut out = Vec::new();
        cli.command.run(&self.broker, NOTIFY, &mut out).await?;
        Ok(String::from_utf8(out).unwrap())
    }
}

/// A stage with three dead letters, and the word that would have saved them.
async fn with_three_dead() -> (Stage, Arc<AtomicBool>, Vec<String>) {
    let stage = Stage::set().await;
    let repaired = Arc::new(AtomicBool::new(false));
    let works = repaired.clone();
    stage.relay();
    stage.consumer(&Listener::acting(move |_, _| {
        if works.load(Ordering::Relaxed) { Act::Succeed } else { Act::Fail }
    }));
    stage.say_many(3).await;
    let ids = stage.until_dead(3).await.into_iter().map(|letter| letter.id).collect();
    (stage, repaired, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn they_can_be_looked_at_as_often_as_one_likes() {
    let (stage, _, ids) = with_three_dead().await;
    for _ in 0..25 {
        let list = stage.command(&["list"]).await.unwrap();
        assert_eq!(list.lines().count(), 3);
        assert!(ids.iter().all(|id| list.contains(id)), "{list}");
        assert!(list.contains("failed 3x: as the test wants"), "{list}");
    }
    assert_eq!(stage.command(&["list", "--limit", "2"]).await.unwrap().lines().count(), 2);
    let whole = stage.command(&["show", &ids[1]]).await.unwrap();
    assert!(whole.contains("\"nickname\": \"사과\""), "{whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_one_is_handled_as_if_it_had_never_failed() {
    let (stage, repaired, ids) = with_three_dead().await;
    // Too early: it fails as often as a new one may, and is dead again.
    assert_eq!(stage.command(&["replay", &ids[0]]).await.unwrap(), "1 replayed\n");
    let letters = stage.until_dead(3).await;
    assert!(letters.iter().all(|letter| letter.failures == 3), "{letters:?}");

    repaired.store(true, Ordering::Relaxed);
    assert_eq!(stage.command(&["replay", &ids[0]]).await.unwrap(), "1 replayed\n");
    stage.until_stored(1).await;
    assert_eq!(stage.command(&["replay", "--all"]).await.unwrap(), "2 replayed\n");
    stage.until_stored(3).await;
    assert!(stage.dead_letters().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_one_is_gone_and_the_others_stay() {
    let (stage, _, ids) = with_three_dead().await;
    assert_eq!(stage.command(&["drop", &ids[1]]).await.unwrap(), "1 dropped\n");
    let left: Vec<String> = stage.until_dead(2).await.into_iter().map(|l| l.id).collect();
    assert!(!left.contains(&ids[1]));
    assert_eq!(stage.command(&["drop", "--all"]).await.unwrap(), "2 dropped\n");
    assert_eq!(stage.command(&["list"]).await.unwrap(), "");
    assert_eq!(stage.stored().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_there_is_said_to_be_unknown() {
    let (stage, _, ids) = with_three_dead().await;
    for verb in ["show", "replay", "drop"] {
        let unknown = stage.command(&[verb, "nobody"]).await;
        assert!(matches!(unknown, Err(CommandError::Unknown(id)) if id == "nobody"), "{verb}");
    }
    assert_eq!(stage.until_dead(3).await.len(), ids.len());
    assert!(
        Cli::try_parse_from(["dead-letters", "drop"]).is_err(),
        "all is never meant by default"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_none_waits_for_ever() {
    let (stage, _, ids) = with_three_dead().await;
    stage.clock.advance(TimeDelta::days(1));
    stage.say_many(1).await;
    stage.until_dead(4).await;
    let drop_older_than = async |age| {
        let letters = DeadLetters::open(&stage.broker, NOTIFY).await.unwrap();
        letters.drop_older_than(age, stage.clock.now()).await.unwrap()
    };
    assert_eq!(drop_older_than(TimeDelta::days(2)).await, 0);
    assert_eq!(stage.until_dead(4).await.len(), 4);
    // Those that were just looked at may be a moment on their way back.
    let mut dropped = 0;
    until("all that are too old are dropped", async || {
        dropped += drop_older_than(TimeDelta::days(1)).await;
        (dropped == 3).then_some(())
    })
    .await;
    let left = stage.until_dead(1).await;
    assert!(!ids.contains(&left[0].id), "the youngest stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_says_no_time_waits_from_when_it_is_found() {
    let stage = Stage::set().await;
    let queue = stage.broker.topology().dead_letters(NOTIFY);
    until("the queue is there", async || {
        DeadLetters::open(&stage.broker, NOTIFY).await.ok().map(drop)
    })
    .await;
    stage.bus.send(&queue, b"not an event").await;
    for (days, dropped, left) in [(0, 0, 1), (13, 0, 1), (1, 1, 0)] {
        stage.clock.advance(TimeDelta::days(days));
        let letters = DeadLetters::open(&stage.broker, NOTIFY).await.unwrap();
        let outcome = letters.drop_older_than(TimeDelta::days(14), stage.clock.now()).await;
        assert_eq!(outcome.unwrap(), dropped, "after {days} more days");
        stage.until_dead(left).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_throws_away_what_is_too_old() {
    let (mut stage, _, _) = with_three_dead().await;
    stage.clock.advance(TimeDelta::days(14));
    stage.restart().await;
    // Who looks at them has them in hand, and a moment longer. A consumer that starts meanwhile finds
    // none, so nobody looks while it does: they are only counted.
    let queue = stage.broker.topology().dead_letters(NOTIFY);
    let waiting = async |count| {
        let counted = async || (stage.bus.waiting(&queue).await == count).then_some(());
        until("so many wait to be looked at", counted).await;
    };
    waiting(3).await;
    // It looks when it starts, and then now and again.
    stage.consumer(&Listener::acting(|_, _| Act::Succeed));
    waiting(0).await;
    stage.restart().await;
    assert_eq!(stage.dead_letters().await, []);
}
