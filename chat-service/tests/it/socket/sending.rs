//! Saying things, and being told what became of them.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::helpers::Stage;
use crate::stomp_client::Stomp;

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_means_stored() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    for number in 0..300 {
        let body =
            json!({ "content": format!("{number}"), "client_message_id": format!("m{number}") });
        client.say(scene.id, &body, &format!("r{number}")).await;
    }
    for number in 0..300 {
        let receipt = client.expect("RECEIPT").await;
        assert_eq!(receipt.header("receipt-id"), format!("r{number}"), "in the order of sending");
    }
    let page = stage.at(&instance, scene.leader).get(&scene.path("/messages?limit=100")).await;
    let page = page.expect(200);
    let stored = page["items"].as_array().unwrap();
    let said: Vec<&Value> = stored.iter().map(|message| &message["content"]).collect();
    assert!(said.contains(&&json!("299")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_is_stored_once() {
    let stage = Stage::set().await;
    let (one, two) = (stage.serve(), stage.serve());
    let scene = stage.room().await;
    let mut reader = Stomp::connect(&one, &stage.token(scene.leader)).await;
    reader.subscribe(scene.id, "0", "").await;
    let body = json!({ "content": "한 번", "client_message_id": "once" });
    for instance in [&one, &one, &two] {
        let mut client = Stomp::connect(instance, &stage.token(scene.member)).await;
        client.say(scene.id, &body, "r").await;
        client.expect("RECEIPT").await;
    }
    let mut client = Stomp::connect(&one, &stage.token(scene.member)).await;
    client.tell(scene.id, "다음").await;
    let (first, second) = (reader.message().await, reader.message().await);
    assert_eq!(first.json()["client_message_id"], "once");
    assert_eq!(second.json()["content"], "다음");
    assert_eq!(second.seq(), first.seq() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_told_to_those_who_listen() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.hear_errors().await;
    for (body, code) in [
        ("", "malformed_request"),
        ("{", "malformed_request"),
        ("[]", "malformed_request"),
        ("{\"content\":5}", "malformed_request"),
        ("{\"content\":\"\"}", "validation_failed"),
        ("{\"content\":\"  \"}", "validation_failed"),
        ("{\"content\":\"a\",\"client_message_id\":\"\"}", "validation_failed"),
    ] {
        let frame =
            format!("SEND\ndestination:/app/chat.sendMessage/{}\nreceipt:x\n\n{body}\0", scene.id);
        client.write(&frame).await;
        let refusal = client.message().await;
        assert_eq!(refusal.header("destination"), "/user/queue/errors");
        assert_eq!(refusal.json()["code"], code, "{body}");
        assert_eq!(refusal.json()["receipt"], "x", "{body}");
    }
    let long = json!({ "content": "가".repeat(2001) });
    client.say(scene.id, &long, "long").await;
    let refusal = client.message().await.json();
    assert_eq!(
        (&refusal["errors"][0]["pointer"], &refusal["errors"][0]["code"]),
        (&"/content".into(), &"too_long".into())
    );
    // The connection is none the worse for it.
    client.tell(scene.id, &"가".repeat(2000)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_do_not_listen_must_not_believe_that_all_is_well() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.say(scene.id, &json!({ "content": "" }), "r").await;
    let error = client.expect("ERROR").await;
    assert_eq!((error.header("receipt-id"), error.header("code")), ("r", "validation_failed"));
    assert_eq!(client.end().await.1, 1008);
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_nobody_floods_a_room() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    (config.sending.burst, config.sending.per_second) = (3, 1);
    let instance = stage.serve_with(&config);
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.hear_errors().await;
    for number in 0..4 {
        client.say(scene.id, &json!({ "content": "!" }), &format!("r{number}")).await;
    }
    let mut receipts = 0;
    let refusal = loop {
        let reply = client.next().await;
        match reply.command.as_str() {
            "RECEIPT" => receipts += 1,
            _ => break reply.json(),
        }
    };
    assert_eq!((&refusal["code"], &refusal["receipt"]), (&"sending_too_fast".into(), &"r3".into()));
    while receipts < 3 {
        client.expect("RECEIPT").await;
        receipts += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_said_when_it_is_committed() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut reader = Stomp::connect(&instance, &stage.token(scene.member)).await;
    reader.subscribe(scene.id, "0", "").await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.write("BEGIN\ntransaction:t\n\n\0").await;
    for content in ["셋", "넷"] {
        let body = json!({ "content": content });
        client
            .write(&format!(
                "SEND\ndestination:/app/chat.sendMessage/{}\ntransaction:t\n\n{body}\0",
                scene.id
            ))
            .await;
    }
    client.tell(scene.id, "하나").await;
    client.write("COMMIT\ntransaction:t\nreceipt:all\n\n\0").await;
    assert_eq!(client.expect("RECEIPT").await.header("receipt-id"), "all");
    for content in ["하나", "셋", "넷"] {
        assert_eq!(reader.message().await.json()["content"], content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_the_farewell_counts() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut reader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    reader.subscribe(scene.id, "0", "").await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.member)).await;
    // All of it in one piece, as from a page that is being closed.
    let frame = format!(
        "SEND\ndestination:/app/chat.sendMessage/{}\n\n{{\"content\":\"안녕히\"}}\0",
        scene.id
    );
    client.socket.feed(Message::text(frame)).await.unwrap();
    client.socket.feed(Message::Close(None)).await.unwrap();
    client.socket.flush().await.unwrap();
    assert_eq!(reader.message().await.json()["content"], "안녕히");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_holds_so_much() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.write("BEGIN\ntransaction:t\n\n\0").await;
    let body = "x".repeat(30_000);
    for _ in 0..9 {
        client
            .write(&format!(
                "SEND\ndestination:/app/chat.sendMessage/{}\ntransaction:t\n\n{body}\0",
                scene.id
            ))
            .await;
    }
    assert_eq!(client.end().await, ("protocol_violation".into(), 1002));
}
