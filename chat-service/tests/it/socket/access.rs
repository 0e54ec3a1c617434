//! Who may read and say what.

use contracts::UserId;
use contracts::party::{MemberRef, PartyStatus};
use serde_json::json;

use crate::helpers::{Stage, next, refs};
use crate::stomp_client::Stomp;

#[tokio::test(flavor = "multi_thread")]
async fn d26_only_those_in_the_room_may_read_it() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    for user in [scene.leader, scene.member] {
        let mut client = Stomp::connect(&instance, &stage.token(user)).await;
        client.subscribe(scene.id, "0", "").await;
    }
    let applicant = UserId::new();
    let mut party = next(&scene.party);
    party.applicants = vec![MemberRef { user_id: applicant, shares: 1, attended: None }];
    stage.hear(&party).await;
    for user in [applicant, UserId::new()] {
        let mut client = Stomp::connect(&instance, &stage.token(user)).await;
        client.hear_errors().await;
        for destination in
            [format!("/topic/{}", scene.id), format!("/topic/{}", contracts::RoomId::new())]
        {
            client.write(&format!("SUBSCRIBE\nid:s\ndestination:{destination}\n\n\0")).await;
            let refusal = client.message().await.json();
            assert_eq!(refusal["code"], "room_not_found");
            assert_eq!(refusal["subscription"], "s");
        }
        client.write("SUBSCRIBE\nid:s\ndestination:/topic/**\n\n\0").await;
        assert_eq!(client.message().await.json()["code"], "unknown_destination");
        // Nothing was subscribed, so nothing is heard of this.
        let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
        leader.tell(scene.id, "비밀").await;
        client.say(scene.id, &json!({ "content": "나도" }), "r").await;
        assert_eq!(client.message().await.json()["code"], "room_not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d27_nobody_speaks_to_a_topic() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.hear_errors().await;
    client.subscribe(scene.id, "0", "").await;
    let forged = json!({ "type": "CHAT", "content": "위조", "sender": { "id": scene.member } });
    client.write(&format!("SEND\ndestination:/topic/{}\nreceipt:r\n\n{forged}\0", scene.id)).await;
    let refusal = client.message().await.json();
    assert_eq!(
        (&refusal["code"], &refusal["receipt"]),
        (&"unknown_destination".into(), &"r".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_d33_the_sender_and_the_type_are_ours_to_say() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.subscribe(scene.id, "0", "").await;
    let body = json!({
        "type": "LEAVE", "content": "안녕", "client_message_id": "m-1",
        "sender": { "id": scene.leader, "nickname": "사과대장" }, "seq": 99,
    });
    client
        .write(&format!("SEND\ndestination:/app/chat.sendMessage/{}\n\n{body}\0", scene.id))
        .await;
    let message = client.message().await.json();
    assert_eq!(message["type"], "CHAT");
    assert_eq!(message["sender"], json!({ "id": scene.member, "nickname": "배나무" }));
    assert_eq!(message["client_message_id"], "m-1");
    let mut keys: Vec<_> = message.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    let expected = ["client_message_id", "content", "room_id", "sender", "sent_at", "seq", "type"];
    assert_eq!(keys, expected, "nobody's place, address or party goes to clients");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_put_out_reads_no_further_on_any_instance() {
    let stage = Stage::set().await;
    let (one, two) = (stage.serve(), stage.serve());
    let scene = stage.room().await;
    let mut leader = Stomp::connect(&one, &stage.token(scene.leader)).await;
    let mut here = Stomp::connect(&one, &stage.token(scene.member)).await;
    let mut there = Stomp::connect(&two, &stage.token(scene.member)).await;
    for client in [&mut here, &mut there] {
        client.hear_errors().await;
        client.subscribe(scene.id, "0", "").await;
    }
    leader.tell(scene.id, "하나").await;
    let mut party = next(&scene.party);
    party.members = refs(&[]);
    stage.hear(&party).await;
    // What says that they left is the last they get.
    for client in [&mut here, &mut there] {
        assert_eq!(client.message().await.json()["content"], "하나");
        assert_eq!(client.message().await.json()["type"], "LEFT");
        let ended = client.message().await.json();
        assert_eq!(
            (&ended["code"], &ended["subscription"]),
            (&"subscription_ended".into(), &"0".into())
        );
    }
    leader.tell(scene.id, "둘").await;
    for client in [&mut here, &mut there] {
        client.say(scene.id, &json!({ "content": "나도" }), "r").await;
        assert_eq!(client.message().await.json()["code"], "room_not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_reads_on() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut party = next(&scene.party);
    party.members = refs(&[]);
    stage.hear(&party).await;
    let mut party = next(&party);
    party.members = refs(&[scene.member]);
    stage.hear(&party).await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    // The message that once put them out is among those they read.
    client.subscribe(scene.id, "0", "after-seq:0\n").await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    leader.tell(scene.id, "어서 와").await;
    loop {
        let message = client.message().await.json();
        if message["content"] == "어서 와" {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_a_room_that_is_over_is_only_read() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut party = next(&scene.party);
    party.status = PartyStatus::Cancelled;
    stage.hear(&party).await;
    stage.clock.advance(chrono::TimeDelta::days(8));
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.hear_errors().await;
    client.subscribe(scene.id, "0", "").await;
    client.say(scene.id, &json!({ "content": "아직?" }), "r").await;
    assert_eq!(client.message().await.json()["code"], "room_read_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_closed_is_read_no_further() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    client.hear_errors().await;
    client.subscribe(scene.id, "0", "").await;
    let leader = stage.at(&instance, scene.leader);
    leader.delete(&scene.path("")).await;
    loop {
        let message = client.message().await.json();
        if message["code"] == "subscription_ended" {
            break;
        }
    }
    client.write(&format!("SUBSCRIBE\nid:1\ndestination:/topic/{}\n\n\0", scene.id)).await;
    assert_eq!(client.message().await.json()["code"], "room_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn d29_connecting_announces_nothing() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    leader.subscribe(scene.id, "0", "").await;
    let mut stranger = Stomp::open(&instance, &stage.token(UserId::new())).await;
    stranger
        .write(&format!("CONNECT\naccept-version:1.2\nhost:h\nchatRoomId:{}\n\n\0", scene.id))
        .await;
    stranger.expect("CONNECTED").await;
    // The next that happens to the leader is the coming of the member.
    let mut member = Stomp::connect(&instance, &stage.token(scene.member)).await;
    member.subscribe(scene.id, "0", "").await;
    let coming = loop {
        let news = leader.next_frame().await.unwrap().json();
        if news["sender"]["id"] != json!(scene.leader) {
            break news;
        }
    };
    assert_eq!((&coming["type"], &coming["sender"]["id"]), (&json!("JOIN"), &json!(scene.member)));
    drop(member);
    let going = leader.next_frame().await.unwrap().json();
    assert_eq!((&going["type"], &going["sender"]["id"]), (&json!("LEAVE"), &json!(scene.member)));
}
