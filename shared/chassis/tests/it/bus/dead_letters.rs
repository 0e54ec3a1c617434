//! What could not be handled can be looked at, replayed and dropped, by a command of the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bus::stage::{Act, Listener, Stage};
use chassis::bus::{CommandError, DeadLettersCommand};
use clap::Parser;
use contracts::routing::NOTIFY;

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
