//! Several instances, and what lies between them.

use std::time::Duration;

use chassis::telemetry;
use serde_json::json;
use testkit::{FaultProxy, until};

use crate::helpers::Stage;
use crate::stomp_client::Stomp;

/// Both instances say things in one room at once.
async fn talk(first: &mut Stomp, second: &mut Stomp, room: contracts::RoomId, times: usize) {
    for number in 0..times {
        for client in [&mut *first, &mut *second] {
            client.say(room, &json!({ "content": format!("{number}") }), "r").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d31_d32_instances_agree_on_the_order() {
    let stage = Stage::set().await;
    let (one, two) = (stage.serve(), stage.serve());
    let scene = stage.room().await;
    let mut here = Stomp::connect(&one, &stage.token(scene.leader)).await;
    let mut there = Stomp::connect(&two, &stage.token(scene.member)).await;
    here.subscribe(scene.id, "0", "").await;
    there.subscribe(scene.id, "0", "").await;
    let mut senders = (
        Stomp::connect(&one, &stage.token(scene.leader)).await,
        Stomp::connect(&two, &stage.token(scene.member)).await,
    );
    talk(&mut senders.0, &mut senders.1, scene.id, 100).await;
    let seen = here.seqs(200).await;
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seen:?}");
    assert_eq!(there.seqs(200).await, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_nothing_is_lost() {
    let stage = Stage::set().await;
    let (redis, url) = FaultProxy::before_url(&testkit::server_url("TEST_REDIS_URL")).await;
    let mut config = stage.config();
    config.redis.url = url.into();
    config.redis.timeout = Duration::from_millis(300);
    let (one, two) = (stage.serve_with(&config), stage.serve_with(&config));
    let scene = stage.room().await;
    let mut here = Stomp::connect(&one, &stage.token(scene.leader)).await;
    let mut there = Stomp::connect(&two, &stage.token(scene.member)).await;
    here.subscribe(scene.id, "0", "").await;
    there.subscribe(scene.id, "0", "").await;
    let mut senders = (
        Stomp::connect(&one, &stage.token(scene.leader)).await,
        Stomp::connect(&two, &stage.token(scene.member)).await,
    );
    let mut seen = Vec::new();
    for step in 0..6 {
        match step % 3 {
            0 => redis.go_down(),
            1 => redis.come_up(),
            _ => redis.cut(),
        }
        talk(&mut senders.0, &mut senders.1, scene.id, 10).await;
        seen.extend(here.seqs(20).await);
    }
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seen:?}");
    assert_eq!(there.seqs(120).await, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_told_is_told_as_soon_as_redis_is_back() {
    telemetry::init_metrics().unwrap();
    let stage = Stage::set().await;
    let (redis, url) = FaultProxy::before_url(&testkit::server_url("TEST_REDIS_URL")).await;
    let mut speaks = stage.config();
    speaks.redis.url = url.into();
    // It misses nothing of Redis itself, so it has no reason to look.
    let mut listens = stage.config();
    listens.bridge.look_every = Duration::from_hours(1);
    listens.bridge.look_every_without_redis = Duration::from_hours(1);
    let (one, two) = (stage.serve_with(&speaks), stage.serve_with(&listens));
    let scene = stage.room().await;
    let mut sender = Stomp::connect(&one, &stage.token(scene.leader)).await;
    let mut reader = Stomp::connect(&two, &stage.token(scene.member)).await;
    reader.subscribe(scene.id, "0", "").await;
    sender.tell(scene.id, "들려요?").await;
    assert_eq!(reader.seqs(1).await, [2]);
    redis.go_down();
    for _ in 0..3 {
        sender.tell(scene.id, "지금은?").await;
    }
    until("it is noticed", async || {
        telemetry::render_metrics().contains("chat_bridge_owed_rooms 1").then_some(())
    })
    .await;
    redis.come_up();
    assert_eq!(reader.seqs(3).await, [3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_nothing_is_lost() {
    let stage = Stage::set().await;
    let (database, url) = FaultProxy::before_url(&stage.database.url()).await;
    let mut config = stage.config();
    config.database.url = url.into();
    let instance = stage.serve_with(&config);
    let scene = stage.room().await;
    let mut reader = Stomp::connect(&instance, &stage.token(scene.member)).await;
    reader.subscribe(scene.id, "0", "").await;
    let mut sender = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    for number in 0..40 {
        match number {
            10 => database.go_down(),
            20 => database.come_up(),
            30 => database.cut(),
            _ => {}
        }
        let name = format!("m{number}");
        let body = json!({ "content": name, "client_message_id": name });
        sender.say(scene.id, &body, &name).await;
    }
    for number in 0..40 {
        assert_eq!(sender.expect("RECEIPT").await.header("receipt-id"), format!("m{number}"));
        let message = reader.message().await.json();
        assert_eq!(message["client_message_id"], format!("m{number}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_whoever_reconnects_elsewhere_misses_nothing() {
    let stage = Stage::set().await;
    let (mut one, two) = (stage.serve(), stage.serve());
    let scene = stage.room().await;
    let mut sender = Stomp::connect(&two, &stage.token(scene.leader)).await;
    let mut last = 0;
    let mut seen = Vec::new();
    for round in 0..4 {
        let instance = if round % 2 == 0 { &one } else { &two };
        let mut client = Stomp::connect(instance, &stage.token(scene.member)).await;
        let resume = format!("after-seq:{last}\n");
        client.subscribe(scene.id, "0", &resume).await;
        for number in 0..5 {
            sender.say(scene.id, &json!({ "content": format!("{number}") }), "r").await;
        }
        let some = client.seqs(3).await;
        last = *some.last().unwrap();
        seen.extend(some);
        if round == 2 {
            one.stop();
            one = stage.serve();
        }
    }
    let expected: Vec<u64> = (1..=u64::try_from(seen.len()).unwrap()).collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_sends_its_clients_elsewhere() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut plain = Stomp::connect(&instance, &stage.token(contracts::UserId::new())).await;
    let mut sockjs = Stomp::open_sockjs(&instance, &stage.token(contracts::UserId::new())).await;
    instance.stop();
    assert_eq!(plain.end().await, (String::new(), 1012));
    assert_eq!(sockjs.end().await, (String::new(), 1012));
}
