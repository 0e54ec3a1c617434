//! WebSockets through the gateway, as bytes: the handshake, what follows it, and the end.

use std::time::Duration;

use testkit::until;
use tokio::sync::mpsc;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                      upgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
                      sec-websocket-protocol: v12.stomp\r\n\r\n";
/// "Service restart": come again.
const GOODBYE: [u8; 4] = [0x88, 2, 0x03, 0xf4];

fn handshake(target: &str, more: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: keep-alive, Upgrade\r\n\
         upgrade: WebSocket\r\norigin: https://app.example\r\nsec-websocket-version: 13\r\n\
         sec-websocket-protocol: v12.stomp\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         {more}\r\n"
    )
}

/// Both ends of an open tunnel.
async fn open(gateway: &Gateway, connections: &mut mpsc::Receiver<Wire>) -> (Wire, Wire) {
    let mut client = Wire::to(gateway.address).await;
    let bearer = format!("authorization: Bearer {}\r\n", gateway.token());
    client.send(handshake("/ws", &bearer)).await;
    let mut service = connections.recv().await.unwrap();
    service.head().await;
    service.send(AGREED).await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    (client, service)
}

#[tokio::test]
async fn a_handshake_passes_and_bytes_follow_both_ways() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(address).await;
    let mut client = Wire::to(gateway.address).await;
    let bearer = format!("authorization: Bearer {}\r\n", gateway.token());
    // A client may send before it has been answered.
    client.send(handshake("/ws?x=1", &bearer) + "early").await;
    let mut service = connections.recv().await.unwrap();
    let asked = service.head().await;
    assert!(asked.starts_with("GET /ws?x=1 HTTP/1.1\r\n"), "{asked}");
    for line in [
        "connection: upgrade\r\n",
        "upgrade: websocket\r\n",
        "sec-websocket-version: 13\r\n",
        "sec-websocket-protocol: v12.stomp\r\n",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "origin: https://app.example\r\n",
        "x-forwarded-for: 127.0.0.1\r\n",
        "authorization: Bearer ",
    ] {
        assert!(asked.contains(line), "{line}: {asked}");
    }
    service.send(format!("{AGREED}first")).await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    for line in [
        "connection: upgrade\r\n",
        "upgrade: websocket\r\n",
        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        "sec-websocket-protocol: v12.stomp\r\n",
        "x-request-id: ",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
    assert_eq!(client.exactly(5).await, b"first");
    assert_eq!(service.exactly(5).await, b"early");
    client.send("ping").await;
    assert_eq!(service.exactly(4).await, b"ping");
    service.send([0, 255, 13, 10]).await;
    assert_eq!(client.exactly(4).await, [0, 255, 13, 10]);
    // Whoever ends, ends both.
    drop(service);
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_token_in_the_query_goes_on_as_a_header() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(address).await;
    let token = gateway.token();
    for (target, onward) in [
        (format!("/ws?token={token}"), "/ws"),
        (format!("/ws?a=1&token={token}&b=2"), "/ws?a=1&b=2"),
        (format!("/ws/000/abcdefgh/websocket?token={token}"), "/ws/000/abcdefgh/websocket"),
    ] {
        let mut client = Wire::to(gateway.address).await;
        client.send(handshake(&target, "")).await;
        let asked = connections.recv().await.unwrap().head().await;
        assert!(asked.starts_with(&format!("GET {onward} HTTP/1.1\r\n")), "{asked}");
        assert!(asked.contains(&format!("authorization: Bearer {token}\r\n")), "{asked}");
        assert_eq!(asked.matches(&token).count(), 1, "{asked}");
    }
}

#[tokio::test]
async fn nobody_comes_in_with_a_bad_token() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(address).await;
    let token = gateway.token();
    let forged = &token[..token.len() - 4];
    for (target, more) in [
        ("/ws?token=".to_owned(), String::new()),
        (format!("/ws?token={forged}"), String::new()),
        (format!("/ws?token={token}&token={token}"), String::new()),
        (format!("/ws?token={token}"), format!("authorization: Bearer {token}\r\n")),
        ("/ws".to_owned(), "authorization: Basic eDp5\r\n".to_owned()),
        (format!("/ws/1/2/websocket?token={forged}"), String::new()),
    ] {
        let mut client = Wire::to(gateway.address).await;
        client.send(handshake(&target, &more)).await;
        let answer = client.rest().await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{target}: {answer}");
        assert!(answer.contains("application/problem+json"), "{target}: {answer}");
    }
    assert!(connections.try_recv().is_err(), "nothing has reached the service");
}

#[tokio::test]
async fn a_refusal_of_the_service_reaches_the_client() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\nx-why: origin\r\n\r\nno").await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(handshake(&format!("/ws?token={}", gateway.token()), "")).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\nno"), "{answer}");
    assert!(
        answer.contains("x-why: origin\r\n") && answer.contains("connection: close"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_service_that_agrees_to_something_else_is_not_believed() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
        )
        .await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(handshake(&format!("/ws?token={}", gateway.token()), "")).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
}

#[tokio::test]
async fn a_service_that_is_away_is_told() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before(nobody).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(handshake(&format!("/ws?token={}", gateway.token()), "")).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("bad_gateway"), "{answer}");
}

#[tokio::test]
async fn a_slow_reader_slows_the_writer() {
    const MORE_THAN_ALL_BUFFERS: usize = 64 * 1024 * 1024;
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(address).await;
    for is_client_slow in [true, false] {
        let (client, service) = open(&gateway, &mut connections).await;
        let (slow, mut fast) = if is_client_slow { (client, service) } else { (service, client) };
        let block = vec![b'x'; 64 * 1024];
        let mut sent = 0;
        // It stands still when nothing more is taken for a while.
        while sent < MORE_THAN_ALL_BUFFERS
            && tokio::time::timeout(Duration::from_millis(500), fast.send(&block)).await.is_ok()
        {
            sent += block.len();
        }
        assert!(sent < MORE_THAN_ALL_BUFFERS, "{sent} bytes lie between them");
        drop(slow);
    }
}

#[tokio::test]
async fn a_tunnel_where_nothing_moves_is_closed() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::configured(address, |config| {
        config.forward.tunnel_idle_timeout = Duration::from_millis(200);
    })
    .await;
    let (mut client, mut service) = open(&gateway, &mut connections).await;
    assert_eq!((client.rest().await, service.rest().await), (String::new(), String::new()));
}

#[tokio::test]
async fn there_are_only_so_many_tunnels() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::configured(address, |config| config.forward.max_tunnels = 1).await;
    let held = open(&gateway, &mut connections).await;
    let ask = handshake(&format!("/ws?token={}", gateway.token()), "");
    let mut client = Wire::to(gateway.address).await;
    client.send(&ask).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after"), "{answer}");
    drop(held);
    until("the place to be free", async || {
        let mut client = Wire::to(gateway.address).await;
        client.send(&ask).await;
        let asked = tokio::time::timeout(Duration::from_millis(500), connections.recv()).await;
        asked.is_ok().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_stops_tells_its_clients_to_come_again() {
    let (address, mut connections) = raw::by_hand().await;
    let gateway = Gateway::configured(address, |config| {
        config.http.shutdown_timeout = Duration::from_secs(20);
    })
    .await;
    let (mut idle, mut idle_service) = open(&gateway, &mut connections).await;
    let (mut busy, mut busy_service) = open(&gateway, &mut connections).await;
    // In the middle of a frame of three bytes.
    busy_service.send([0x81, 3, b'a', b'b']).await;
    assert_eq!(busy.exactly(4).await, [0x81, 3, b'a', b'b']);
    drop(gateway);
    assert_eq!(idle.exactly(4).await, GOODBYE);
    drop(idle);
    assert_eq!(idle_service.rest().await, "");
    // The frame ends first, whenever that is.
    tokio::time::sleep(Duration::from_millis(100)).await;
    busy_service.send([b'c']).await;
    assert_eq!(busy.exactly(5).await, [b'c', 0x88, 2, 0x03, 0xf4]);
    drop(busy);
    busy_service.gone().await;
}

#[tokio::test]
async fn a_stream_ends_when_the_gateway_stops() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
             transfer-encoding: chunked\r\n\r\n3\r\n:\n\n\r\n",
        )
        .await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.http.shutdown_timeout = Duration::from_secs(20);
    })
    .await;
    let mut client = Wire::to(gateway.address).await;
    let target = format!("/v1/notifications/stream?token={}", gateway.token());
    client.send(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    client.head().await;
    assert_eq!(client.exactly(8).await, b"3\r\n:\n\n\r\n");
    drop(gateway);
    assert_eq!(client.rest().await, "0\r\n\r\n", "the client sees an end, not a break");
}

#[tokio::test]
async fn a_wish_for_a_tunnel_where_there_is_none_is_passed_over() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(handshake("/v1/items", "")).await;
    let answer = client.rest().await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"),
        "{answer}"
    );
}
