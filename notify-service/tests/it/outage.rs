//! A server is away: nothing is lost, and it goes on by itself.

use std::sync::Arc;

use contracts::UserId;
use contracts::party::PartyChange;
use testkit::{FaultProxy, TestDatabase, until};

use crate::helpers::{Platform, Service};
use crate::stage::{Stage, change, count, party};

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_for_the_database() {
    let mut platform = Platform::new().await;
    let (proxy, url) = FaultProxy::before_url(&platform.database.url()).await;
    platform.config.database = TestDatabase::config_at(url);
    platform.config.database.acquire_timeout = std::time::Duration::from_millis(500);
    let stage = Stage::on(Arc::new(platform)).await;
    let person = UserId::new();
    let client = stage.service.client_of(person);
    client.get("/v1/notifications").await.expect(200);

    proxy.go_down();
    let mut party = party(stage.now(), UserId::new(), &[person]);
    for version in 1..=20 {
        party.version = version;
        stage.say(change(PartyChange::Updated, None, &party)).await;
    }
    client.get("/v1/notifications").await.expect_problem(503, "unavailable");
    proxy.come_up();
    stage.settled(20).await;
    assert_eq!(stage.inbox(person).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_in_the_middle_of_a_delivery_neither_loses_nor_doubles() {
    let mut platform = Platform::new().await;
    let (proxy, url) = FaultProxy::before_url(&platform.database.url()).await;
    platform.config.database = TestDatabase::config_at(url);
    let platform = Arc::new(platform);
    let stage = Stage::on(platform.clone()).await;
    let _another = Service::on(&platform);
    let people: Vec<_> = (0..30).map(|_| UserId::new()).collect();
    let mut party = party(stage.now(), UserId::new(), &people);
    for version in 1..=60 {
        party.version = version;
        stage.say(change(PartyChange::Updated, None, &party)).await;
        if version % 6 == 0 {
            proxy.cut();
        }
    }
    stage.settled(60).await;
    for person in people {
        assert_eq!(stage.inbox(person).await.len(), 60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_can_be_read_while_the_broker_is_away() {
    let mut platform = Platform::new().await;
    let (proxy, url) = FaultProxy::before_url(platform.bus.url()).await;
    platform.config.broker = platform.bus.config_at(url);
    let stage = Stage::on(Arc::new(platform)).await;
    let person = UserId::new();
    let mut party = party(stage.now(), UserId::new(), &[person]);
    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    proxy.go_down();
    until("it says that the broker is away", async || {
        let ready = stage.service.client.get("/ready").await.expect(200);
        let checks = ready["checks"].as_array().unwrap().clone();
        checks.iter().any(|check| check["name"] == "broker" && check["up"] == false).then_some(())
    })
    .await;
    assert_eq!(stage.inbox(person).await.len(), 1);
    party.version = 2;
    stage.say(change(PartyChange::Updated, None, &party)).await;
    proxy.come_up();
    stage.settled(2).await;
    let mut conn = stage.platform.database.conn().await;
    // The leader is told as well: nobody did it.
    assert_eq!(count(&mut conn, "SELECT COUNT(*) AS n FROM notifications").await, 4);
}
