//! One instance takes events out of the outbox, in order, and another takes over.

use crate::bus::stage::{Listener, SOURCE, Stage, broker, until_leading, user};
use chassis::bus::outbox;
use chassis::db::Db;
use chassis::telemetry;
use chrono::TimeDelta;
use contracts::session::SessionsRevoked;
use contracts::{SessionId, UserId};
use diesel_async::SimpleAsyncConnection as _;
use testkit::{FaultProxy, TestDatabase, until};

#[tokio::test(flavor = "multi_thread")]
async fn events_about_someone_arrive_in_the_order_in_which_they_became_true() {
    let stage = Stage::set().await;
    let listener = Listener::new();
    stage.relay();
    stage.consumer(&listener);
    let people: Vec<UserId> = (0..5).map(|_| UserId::new()).collect();
    for version in 0..200 {
        let person = people[usize::try_from(version * 7 % 5).unwrap()];
        stage.say(person, version).await;
    }
    stage.until_stored(200).await;
    let heard = listener.by_user();
    assert_eq!(heard.len(), 5);
    for versions in heard.values() {
        assert_eq!(versions.len(), 40);
        assert!(versions.is_sorted(), "{versions:?}");
    }
}

/// Positions are given out before the commit, so a lower one can appear after a higher one.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_transaction_ends_late_is_not_skipped() {
    let stage = Stage::set().await;
    stage.relay();
    stage.consumer(&Listener::new());
    let mut slow = stage.database.conn().await;
    slow.batch_execute("BEGIN").await.unwrap();
    outbox::append(&mut slow, SOURCE, stage.clock.now(), user(UserId::new(), 1)).await.unwrap();
    stage.say(UserId::new(), 2).await;
    stage.until_stored(1).await;
    slow.batch_execute("COMMIT").await.unwrap();
    stage.until_stored(2).await;
    assert_eq!(stage.unpublished().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_what_was_rolled_back_is_said() {
    let stage = Stage::set().await;
    let listener = Listener::new();
    stage.relay();
    stage.consumer(&listener);
    let now = stage.clock.now();
    let undone = stage
        .db
        .transaction(async |conn| {
            outbox::append(conn, SOURCE, now, user(UserId::new(), 1)).await?;
            Err::<(), _>(chassis::db::DbError::NotFound)
        })
        .await;
    undone.unwrap_err();
    stage.say(UserId::new(), 2).await;
    stage.until_stored(1).await;
    assert_eq!(listener.heard().iter().map(|(_, version)| *version).collect::<Vec<_>>(), [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_wants_to_hear_is_no_problem() {
    let stage = Stage::set().await;
    stage.relay();
    let now = stage.clock.now();
    let data = SessionsRevoked { user_id: UserId::new(), session_ids: vec![SessionId::new()] };
    stage
        .db
        .transaction(async |conn| outbox::append(conn, SOURCE, now, data.clone()).await)
        .await
        .unwrap();
    stage.until_published().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_leads_and_another_takes_over_when_its_database_connection_is_cut() {
    let stage = Stage::set().await;
    let (line, through) = FaultProxy::before_url(&stage.database.url()).await;
    let cut_off = Db::new(&TestDatabase::config_at(through)).unwrap();
    let first = stage.relay_on(&cut_off, &stage.broker);
    until_leading(&first).await;
    let second = stage.relay();
    stage.consumer(&Listener::new());
    stage.say_many(50).await;
    stage.until_stored(50).await;
    assert!(first.is_leading() && !second.is_leading());

    line.go_down();
    until_leading(&second).await;
    until("the first has noticed", async || (!first.is_leading()).then_some(())).await;
    line.come_up();
    for version in 51..=100 {
        stage.say(UserId::new(), version).await;
    }
    stage.until_stored(100).await;
    assert!(second.is_leading() && !first.is_leading());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_reach_the_broker_does_not_keep_others_from_leading() {
    let stage = Stage::set().await;
    let (line, through) = FaultProxy::before_url(stage.bus.url()).await;
    let first = stage.relay_on(&stage.db, &broker(&stage.bus.config_at(through)));
    until_leading(&first).await;
    let second = stage.relay();
    line.go_down();
    until_leading(&second).await;
    stage.say_many(5).await;
    stage.until_published().await;
    assert!(!first.is_leading());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_stops_leaves_the_lead_to_another() {
    let mut stage = Stage::set().await;
    let first = stage.relay();
    until_leading(&first).await;
    stage.restart().await;
    assert!(!first.is_leading());
    until_leading(&stage.relay()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_is_forgotten_after_a_week() {
    let mut stage = Stage::set().await;
    stage.relay();
    stage.say_many(3).await;
    stage.until_published().await;
    stage.restart().await;
    stage.clock.advance(TimeDelta::days(8));
    stage.say(UserId::new(), 4).await;
    stage.relay();
    let kept = async || stage.count("SELECT COUNT(*) AS n FROM outbox").await;
    until("old rows are gone", async || (kept().await == 1).then_some(())).await;
    stage.until_published().await;
    assert_eq!(kept().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_waits_and_how_long_things_take() {
    telemetry::init_metrics().unwrap();
    let stage = Stage::set().await;
    stage.relay();
    stage.consumer(&Listener::new());
    stage.say_many(1).await;
    stage.until_stored(1).await;
    for name in [
        "outbox_depth",
        "outbox_oldest_age_seconds",
        "outbox_leading",
        "event_publish_seconds",
        "event_handle_seconds",
        "event_age_seconds",
        "dead_letters",
    ] {
        let shown = async || telemetry::render_metrics().contains(name).then_some(());
        until(name, shown).await;
    }
}
