//! Whatever is cut, and whenever: nothing is lost, and everything is done once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::bus::stage::{Act, Listener, Stage, broker};
use chassis::db::Db;
use contracts::UserId;
use contracts::routing::NOTIFY;
use testkit::{FaultProxy, TestBus, TestDatabase, until};

/// Earlier, a broker that failed at the wrong moment lost either the party or the event.
#[tokio::test(flavor = "multi_thread")]
async fn d43_what_is_said_while_the_broker_is_away_arrives_when_it_is_back() {
    let stage = Stage::set().await;
    let (line, through) = FaultProxy::before_url(stage.bus.url()).await;
    let far = broker(&stage.bus.config_at(through));
    let listener = Listener::new();
    line.go_down();
    stage.relay_on(&stage.db, &far);
    stage.consumer_on(&stage.db, &far, &listener);
    let person = UserId::new();
    for version in 1..=100 {
        stage.say(person, version).await;
    }
    until("the broker is missed", async || far.check().err()).await;
    assert_eq!(stage.unpublished().await, 100);

    line.come_up();
    stage.until_stored(100).await;
    assert_eq!(listener.by_user()[&person], (1..=100).collect::<Vec<_>>());
    assert_eq!(stage.unpublished().await, 0);
    assert_eq!(far.check(), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn d43_cut_in_the_middle_nothing_is_lost_and_nothing_is_done_twice() {
    let stage = Stage::set().await;
    let (line, through) = FaultProxy::before_url(stage.bus.url()).await;
    let stored = Arc::new(AtomicUsize::new(0));
    let listener = Listener::acting(move |_, _| {
        // Each time, a batch is on its way to the broker and another one to the consumer.
        if [40, 250, 600, 900].contains(&stored.fetch_add(1, Ordering::Relaxed)) {
            line.cut();
        }
        Act::Succeed
    });
    stage.say_many(1200).await;
    let far = broker(&stage.bus.config_at(through));
    stage.relay_on(&stage.db, &far);
    stage.consumer_on(&stage.db, &far, &listener);
    stage.until_stored(1200).await;
    stage.until_published().await;
    assert!(stage.dead_letters().await.is_empty());
    let ids = "SELECT COUNT(*) AS n FROM processed_events";
    assert_eq!(stage.count(ids).await, 1200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_dies_between_commit_and_acknowledgement_has_done_it_once() {
    let stage = Stage::set().await;
    let (line, through) = FaultProxy::before_url(stage.bus.url()).await;
    let listener = Listener::acting(move |version, nth| {
        if version == 1 && nth == 1 {
            line.cut();
        }
        Act::Succeed
    });
    stage.relay();
    stage.consumer_on(&stage.db, &broker(&stage.bus.config_at(through)), &listener);
    stage.say_many(1).await;
    stage.until_stored(1).await;
    // It comes again, is recognised and acknowledged, and the next one gets through.
    stage.say(UserId::new(), 2).await;
    stage.until_stored(2).await;
    let queue = stage.broker.topology().queue(NOTIFY);
    until("the queue is empty", async || (stage.bus.waiting(&queue).await == 0).then_some(()))
        .await;
    assert_eq!(listener.heard().len(), 2);
}

/// With the database away every event would fail, and in the end all would be dead letters.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_not_blamed_for_a_database_that_is_away() {
    let stage = Stage::with(TestBus::with_retries(&[])).await;
    let (line, through) = FaultProxy::before_url(&stage.database.url()).await;
    let (line, db) = (Arc::new(line), Db::new(&TestDatabase::config_at(through)).unwrap());
    let cutter = line.clone();
    let listener = Listener::acting(move |version, nth| {
        if version == 1 && nth == 1 {
            cutter.go_down();
        }
        Act::Succeed
    });
    stage.relay();
    stage.consumer_on(&db, &stage.broker, &listener);
    stage.say_many(20).await;
    until("the database is gone", async || db.check().await.err()).await;
    line.come_up();
    stage.until_stored(20).await;
    assert!(stage.dead_letters().await.is_empty());
}
