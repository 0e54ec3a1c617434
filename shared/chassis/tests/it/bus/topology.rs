//! Exchanges and queues are there before anyone needs them, and each platform has its own.

use crate::bus::stage::{Listener, Stage, user, wire};
use chassis::bus::DeadLetters;
use contracts::UserId;
use contracts::routing::{CHAT, NOTIFY, SUBSCRIPTIONS};
use contracts::user::{UserEvent, UserSnapshot};
use lapin::options::{BasicGetOptions, BasicNackOptions};

#[tokio::test(flavor = "multi_thread")]
async fn declaring_what_is_there_changes_nothing() {
    let stage = Stage::set().await;
    let queue = stage.broker.topology().queue(NOTIFY);
    DeadLetters::open(&stage.broker, NOTIFY).await.unwrap();
    stage.bus.send(&queue, &wire(1)).await;
    DeadLetters::open(&stage.broker, NOTIFY).await.unwrap();
    assert_eq!(stage.bus.waiting(&queue).await, 1);
}

/// Earlier, what was published before the first consumer had started was lost, and after a
/// restart nobody listened to the queues that were there.
#[tokio::test(flavor = "multi_thread")]
async fn d42_events_wait_for_consumers_that_have_never_run() {
    let stage = Stage::set().await;
    stage.relay();
    stage.say_many(3).await;
    stage.until_published().await;
    assert_eq!(stage.bus.waiting(&stage.broker.topology().queue(CHAT)).await, 3);

    stage.consumer(&Listener::new());
    stage.until_stored(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d42_a_consumer_that_starts_again_goes_on() {
    let mut stage = Stage::set().await;
    for round in 1..=2 {
        stage.relay();
        stage.consumer(&Listener::new());
        stage.say(UserId::new(), round).await;
        stage.until_stored(i64::try_from(2 * round - 1).unwrap()).await;
        stage.restart().await;
        stage.say(UserId::new(), round + 2).await;
    }
    stage.relay();
    stage.consumer(&Listener::new());
    stage.until_stored(4).await;
}

/// Earlier, every address that somebody typed in had two queues of its own and a listener, and one
/// that was too long for the name of a queue could not be told at all.
#[tokio::test(flavor = "multi_thread")]
async fn d41_queues_are_those_of_the_table_whatever_people_write() {
    let stage = Stage::set().await;
    stage.relay();
    stage.consumer(&Listener::new());
    for version in 1..=20 {
        let UserEvent::Updated(user) = user(UserId::new(), version) else { unreachable!() };
        let nickname = format!("서울특별시 중구 {version}길 ").repeat(100);
        stage.tell(UserEvent::Updated(UserSnapshot { nickname, ..user })).await;
    }
    stage.until_stored(20).await;

    let (topology, config) = (stage.broker.topology(), stage.bus.config());
    assert_eq!(topology.queues().len(), 2 * SUBSCRIPTIONS.len() + config.retry_delays_ms.len());
    let tables: Vec<_> = SUBSCRIPTIONS.iter().map(|reader| reader.queue).collect();
    for queue in topology.queues() {
        let name = queue.strip_prefix(&config.name_prefix).unwrap();
        let of = name.split('.').next().unwrap();
        assert!(of == "retry" || tables.contains(&of), "{name}");
        stage.bus.waiting(&queue).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platforms_share_a_broker_and_hear_nothing_of_each_other() {
    let (here, there) = (Stage::set().await, Stage::set().await);
    here.relay();
    there.relay();
    here.say_many(2).await;
    there.say_many(1).await;
    here.until_published().await;
    there.until_published().await;
    assert_eq!(here.bus.waiting(&here.broker.topology().queue(NOTIFY)).await, 2);
    assert_eq!(there.bus.waiting(&there.broker.topology().queue(NOTIFY)).await, 1);
}

/// A message that takes its reader down each time is taken out of the way by the broker.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_settled_becomes_a_dead_letter() {
    let stage = Stage::set().await;
    let queue = stage.broker.topology().queue(NOTIFY);
    DeadLetters::open(&stage.broker, NOTIFY).await.unwrap();
    stage.bus.send(&queue, &wire(1)).await;
    let channel = stage.bus.channel().await;
    let mut deliveries = 0;
    while let Some(message) =
        channel.basic_get(queue.as_str().into(), BasicGetOptions::default()).await.unwrap()
    {
        deliveries += 1;
        assert!(deliveries < 100, "there is a limit");
        message.nack(BasicNackOptions { requeue: true, ..Default::default() }).await.unwrap();
    }
    let letters = stage.until_dead(1).await;
    assert_eq!(letters[0].kind.as_deref(), Some("user.updated.v1"));
    assert_eq!(letters[0].reason, "delivered too often without an answer");
}
