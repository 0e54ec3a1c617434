//! Everyone gets every message once and in order.

use serde_json::json;

use crate::helpers::Stage;
use crate::stomp_client::Stomp;

#[tokio::test(flavor = "multi_thread")]
async fn all_clients_see_the_same_order_whatever_they_speak() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let token = stage.token(scene.member);
    let mut readers = Vec::new();
    for version in ["1.0", "1.1", "1.2"] {
        let mut plain = Stomp::open(&instance, &token).await;
        let mut sockjs = Stomp::open_sockjs(&instance, &token).await;
        for client in [&mut plain, &mut sockjs] {
            client.say_hello(version).await;
            client.subscribe(scene.id, &format!("sub-{version}"), "").await;
        }
        readers.extend([plain, sockjs]);
    }
    let mut senders = [
        Stomp::connect(&instance, &stage.token(scene.leader)).await,
        Stomp::connect(&instance, &token).await,
    ];
    for number in 0..50 {
        for sender in &mut senders {
            sender.say(scene.id, &json!({ "content": format!("{number}") }), "r").await;
        }
    }
    let first = readers[0].seqs(100).await;
    assert!(first.windows(2).all(|pair| pair[1] == pair[0] + 1), "{first:?}");
    for reader in &mut readers[1..] {
        assert_eq!(reader.seqs(100).await, first);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_seq_brings_what_was_missed_and_goes_on() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    for number in 0..450 {
        leader.say(scene.id, &json!({ "content": format!("{number}") }), "r").await;
    }
    for _ in 0..450 {
        leader.expect("RECEIPT").await;
    }
    // While somebody catches up, more is said.
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.subscribe(scene.id, "0", "after-seq:3\n").await;
    for number in 0..100 {
        leader.say(scene.id, &json!({ "content": format!("{number}") }), "r").await;
    }
    let first = client.message().await.seq();
    assert_eq!(first, 4);
    let rest = client.seqs(540).await;
    assert!(rest.iter().copied().eq(5..545), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_after_seq_one_hears_what_is_said_from_now_on() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    leader.tell(scene.id, "전").await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.subscribe(scene.id, "0", "").await;
    leader.tell(scene.id, "후").await;
    assert_eq!(client.message().await.json()["content"], "후");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_after_seq_beyond_the_end_is_the_end() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.subscribe(scene.id, "0", "after-seq:18446744073709551615\n").await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    leader.tell(scene.id, "안녕").await;
    assert_eq!(client.message().await.json()["content"], "안녕");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_unsubscribing_nothing_comes() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let (scene, other) = (stage.room().await, stage.room().await);
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.subscribe(scene.id, "0", "").await;
    client.write("UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0").await;
    while client.next().await.header("receipt-id") != "u" {}
    client.tell(scene.id, "아무도").await;
    // The same name may be used again.
    let mut leader = Stomp::connect(&instance, &stage.token(other.leader)).await;
    leader.subscribe(other.id, "0", "").await;
    leader.tell(other.id, "여기").await;
    client.write("DISCONNECT\nreceipt:bye\n\n\0").await;
    assert_eq!(client.expect("RECEIPT").await.header("receipt-id"), "bye");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_subscriptions_of_one_room_are_served_each() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.subscribe(scene.id, "a", "").await;
    client.subscribe(scene.id, "b", "").await;
    client.say(scene.id, &json!({ "content": "둘" }), "r").await;
    let mut names = Vec::new();
    while names.len() < 2 {
        let reply = client.next().await;
        if reply.command == "MESSAGE" {
            names.push(reply.header("subscription").to_owned());
        }
    }
    names.sort();
    assert_eq!(names, ["a", "b"]);
}
