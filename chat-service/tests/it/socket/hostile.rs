//! Clients that mean no good, or cannot do better.

use std::time::Duration;

use contracts::UserId;
use futures_util::SinkExt as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::helpers::{Instance, Stage};
use crate::stomp_client::{Stomp, shake};

/// A connection of bytes, past its handshake.
async fn raw(instance: &Instance, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(instance.address).await.unwrap();
    let request = format!(
        "GET /ws?token={token} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    stream
}

/// What comes until the end.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // A connection that is cut off ends as well as one that is closed.
    drop(stream.read_to_end(&mut rest).await);
    rest
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_say_who_they_are_is_sent_away() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.socket.connect_timeout = Duration::from_secs(1);
    let instance = stage.serve_with(&config);
    let (socket, _) = shake(&instance, "/ws", &[]).await.unwrap();
    let mut silent = Stomp::new(socket);
    assert_eq!(silent.end().await, ("unauthenticated".into(), 1008));

    // A slow loris sends a byte now and then; that does not help it.
    let mut loris = raw(&instance, &stage.token(UserId::new())).await;
    let (mut reader, mut writer) = loris.split();
    let drip = async {
        loop {
            for byte in [0x81, 0x81, 0, 0, 0, 0, b'C'] {
                if writer.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    let mut heard = Vec::new();
    tokio::select! {
        () = drip => {}
        _ = reader.read_to_end(&mut heard) => {}
    }
    assert!(String::from_utf8_lossy(&heard).contains("code:unauthenticated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_100_mb_is_refused_by_its_header() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut stream = raw(&instance, &stage.token(UserId::new())).await;
    let mut header = vec![0x82, 0xff];
    header.extend((100 * 1024 * 1024_u64).to_be_bytes());
    header.extend([1, 2, 3, 4]);
    stream.write_all(&header).await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!(answer[..4], [0x88, 26, 0x03, 0xf1], "close 1009: {answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_many_fragments_is_refused_when_it_is_too_large() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut client = Stomp::connect(&instance, &stage.token(UserId::new())).await;
    let large = Message::text("\n".repeat(64 * 1024 + 1));
    // The server may have gone before all is sent.
    drop(client.socket.send(large).await);
    assert_eq!(client.end().await.1, 1009);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_subscriptions_are_too_many() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.hear_errors().await;
    for number in 0..10_000 {
        client
            .write(&format!("SUBSCRIBE\nid:{number}\ndestination:/topic/{}\n\n\0", scene.id))
            .await;
        if number >= 19 {
            let refusal = client.message().await.json();
            assert_eq!(refusal["code"], "too_many_subscriptions");
            assert_eq!(refusal["subscription"], number.to_string());
        }
        if number == 200 {
            break;
        }
    }
    // One who does not listen to refusals does not get that far.
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    for number in 0..10_000 {
        let frame = format!("SUBSCRIBE\nid:{number}\ndestination:/topic/{}\n\n\0", scene.id);
        if client.socket.send(Message::text(frame)).await.is_err() {
            break;
        }
    }
    assert_eq!(client.end().await, ("too_many_subscriptions".into(), 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_cut_off_and_holds_nobody_up() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut lazy = Stomp::connect(&instance, &stage.token(scene.member)).await;
    lazy.subscribe(scene.id, "0", "").await;
    let mut reader = Stomp::connect(&instance, &stage.token(scene.member)).await;
    reader.subscribe(scene.id, "0", "").await;
    let mut leader = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    // More than the network between them can hold.
    let body = json!({ "content": "가".repeat(2000) });
    let mut last = reader_start(&mut reader, &mut leader, &scene.id).await;
    for _ in 0..30 {
        for _ in 0..50 {
            leader.say(scene.id, &body, "r").await;
        }
        for seq in reader.seqs(50).await {
            assert_eq!(seq, last + 1);
            last = seq;
        }
        for _ in 0..50 {
            leader.expect("RECEIPT").await;
        }
    }
    // What the network still held comes, and then the end, long before the last message.
    let mut got = 0;
    while lazy.next_frame().await.is_ok() {
        got += 1;
    }
    assert!(got < 1500, "{got}");
}

/// The number of a first message.
async fn reader_start(reader: &mut Stomp, leader: &mut Stomp, room: &contracts::RoomId) -> u64 {
    leader.tell(*room, "시작").await;
    reader.message().await.seq()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_bytes_end_in_a_clean_end() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let token = stage.token(UserId::new());
    for nonsense in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0xff; 64],
        &[0x81, 0x05, b'h', b'e', b'l', b'l', b'o'],
        &[0xc1, 0x81, 0, 0, 0, 0, b'a'],
    ] {
        let mut stream = raw(&instance, &token).await;
        stream.write_all(nonsense).await.unwrap();
        let answer = rest(&mut stream).await;
        assert_eq!(answer[0], 0x88, "{nonsense:?} is answered by a close frame: {answer:?}");
    }
    let mut client = Stomp::connect(&instance, &token).await;
    client.socket.send(Message::binary(vec![0xff, 0xfe, 0, b'\n', b'\n', 0])).await.unwrap();
    assert_eq!(client.end().await, ("protocol_violation".into(), 1002));
}
