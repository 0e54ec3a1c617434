//! Storing by groups: every message once, in one order, whatever the database does.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chat_service::store::messages;
use contracts::{RoomId, UserId};
use futures_util::future::join_all;
use serde_json::json;
use testkit::{Client, FaultProxy, TestDatabase};

use crate::helpers::{Scene, Stage};

/// All that was said in a room: places, names and words, in order.
async fn history(stage: &Stage, room: RoomId) -> Vec<(u64, Option<String>, String)> {
    let mut conn = stage.database.conn().await;
    let all = messages::page_after(&mut conn, room, 0, 100_000).await.unwrap();
    let name = |id: chat_service::domain::ClientMessageId| id.as_str().to_owned();
    all.into_iter().map(|m| (m.seq, m.client_message_id.map(name), m.content)).collect()
}

async fn send(client: &Client, room: &Scene, name: &str) -> Option<u64> {
    let body = json!({ "content": name, "client_message_id": name });
    let request = client.request("POST".parse().unwrap(), &room.path("/messages")).json(&body);
    let answer = Client::try_send(request).await.ok()?;
    match answer.status.as_u16() {
        201 => answer.body["seq"].as_u64(),
        503 => None,
        _ => panic!("{answer:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_at_once_is_stored_at_once_and_in_order() {
    let stage = Arc::new(Stage::set().await);
    let (one, two) = (stage.serve(), stage.serve());
    let rooms = join_all((0..5).map(|_| stage.room())).await;
    let mut posts = Vec::new();
    for (room, number) in rooms.iter().flat_map(|room| (0..40).map(move |number| (room, number))) {
        let instance = if number % 2 == 0 { &one } else { &two };
        let sender = if number % 3 == 0 { room.leader } else { room.member };
        let client = stage.at(instance, sender);
        posts.push(async move {
            let seq = send(&client, room, &number.to_string()).await.unwrap();
            (room.id, seq, number.to_string())
        });
    }
    let receipts = join_all(posts).await;
    for room in &rooms {
        let said = history(&stage, room.id).await;
        let places: Vec<u64> = said.iter().map(|(seq, ..)| *seq).collect();
        assert_eq!(places, (1..=41).collect::<Vec<u64>>());
        let said: HashMap<u64, &str> =
            said.iter().map(|(seq, _, content)| (*seq, content.as_str())).collect();
        for (_, seq, content) in receipts.iter().filter(|(id, ..)| *id == room.id) {
            assert_eq!(said[seq], content);
        }
    }
}

/// One transaction for more rooms than anybody is in.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_may_be_of_many_rooms() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.sending.writers = 1;
    let instance = stage.serve_with(&config);
    let mut rooms = Vec::new();
    for _ in 0..300 {
        rooms.push(stage.room().await);
    }
    let clients: Vec<Client> = rooms.iter().map(|room| stage.at(&instance, room.member)).collect();
    for _ in 0..2 {
        let posts = rooms.iter().zip(&clients).map(|(room, client)| send(client, room, "1"));
        let seqs = join_all(posts).await;
        assert!(seqs.iter().all(|seq| *seq == Some(2)), "{seqs:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_many_times_at_once_is_stored_once() {
    let stage = Stage::set().await;
    let (one, two) = (stage.serve(), stage.serve());
    let room = stage.room().await;
    let clients = [stage.at(&one, room.member), stage.at(&two, room.member)];
    let posts = (0..40).map(|number| send(&clients[number % 2], &room, "1"));
    let seqs = join_all(posts).await;
    assert!(seqs.iter().all(|seq| *seq == Some(2)), "{seqs:?}");
    assert_eq!(history(&stage, room.id).await.len(), 2);
}

/// The connections to the database break again and again, also while a commit is under way.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_neither_loses_nor_doubles() {
    let stage = Stage::set().await;
    let (proxy, through) = FaultProxy::before_url(&stage.database.url()).await;
    let mut config = stage.config();
    config.database = TestDatabase::config_at(through);
    let (cut, straight) = (stage.serve_with(&config), stage.serve());
    let room = stage.room().await;
    let cutting = tokio::spawn(async move {
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(25)).await;
            proxy.cut();
        }
        proxy
    });
    let say = async |client: &Client, who: &str| {
        let mut receipts = Vec::new();
        let mut number = 0;
        while !cutting.is_finished() || number < 50 {
            let names: Vec<String> = (0..10).map(|each| format!("{who}-{number}-{each}")).collect();
            let sent = join_all(names.iter().map(|name| send(client, &room, name))).await;
            for (name, seq) in names.into_iter().zip(sent) {
                // Unknown is what it says: it is sent again until it is known.
                let mut seq = seq;
                while seq.is_none() {
                    seq = send(client, &room, &name).await;
                }
                receipts.push((seq.unwrap(), name));
            }
            number += 1;
        }
        receipts
    };
    let (member, leader) = (stage.at(&cut, room.member), stage.at(&straight, room.leader));
    let (by_member, by_leader) = tokio::join!(say(&member, "a"), say(&leader, "b"));
    drop(cutting.await.unwrap());

    let said = history(&stage, room.id).await;
    assert_eq!(said.len(), by_member.len() + by_leader.len() + 1);
    for (index, (seq, ..)) in said.iter().enumerate() {
        assert_eq!(*seq, u64::try_from(index).unwrap() + 1);
    }
    for (seq, name) in by_member.iter().chain(&by_leader) {
        let place = usize::try_from(*seq).unwrap() - 1;
        assert_eq!(said[place].1.as_ref(), Some(name));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_nothing_is_promised() {
    let stage = Stage::set().await;
    let (proxy, through) = FaultProxy::before_url(&stage.database.url()).await;
    let mut config = stage.config();
    config.database = TestDatabase::config_at(through);
    config.sending.patience = Duration::from_millis(300);
    let (instance, room) = (stage.serve_with(&config), stage.room().await);
    let member = stage.at(&instance, room.member);
    proxy.go_down();
    let body = json!({ "content": "들리나요", "client_message_id": "1" });
    let answer = member.post(&room.path("/messages"), body.clone()).await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    proxy.come_up();
    member.post(&room.path("/messages"), body).await.expect(201);
    assert_eq!(history(&stage, room.id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn d32_without_redis_messages_are_stored_all_the_same() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.redis.url = "redis://127.0.0.1:1/0".to_owned().into();
    let (instance, room) = (stage.serve_with(&config), stage.room().await);
    let member = stage.at(&instance, room.member);
    assert_eq!(send(&member, &room, "1").await, Some(2));
    member.get(&room.path("/presence")).await.expect_problem(503, "unavailable");
    member.get(&room.path("/members")).await.expect(200);
    let stranger = stage.at(&instance, UserId::new());
    stranger.get(&room.path("/presence")).await.expect_problem(404, "room_not_found");
}
