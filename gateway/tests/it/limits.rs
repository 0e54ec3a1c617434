//! How much and how long.

use std::time::Duration;

use testkit::Client;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

async fn small(service: std::net::SocketAddr) -> Gateway {
    Gateway::configured(service, |config| config.forward.max_body_bytes = 1000).await
}

fn post(framing: &str) -> String {
    format!("POST /v1/users HTTP/1.1\r\nhost: x\r\n{framing}\r\n\r\n")
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let (service, asked) = service::echo();
    let gateway = small(service).await;
    let client = gateway.client();
    let body = |length| client.request(reqwest::Method::POST, "/v1/users").body("a".repeat(length));
    Client::send(body(1000)).await.expect(200);
    Client::send(body(1001)).await.expect_problem(413, "body_too_large");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);

    // Also for a client that waits with its body, and for one that sends on and on.
    let mut waiting = Wire::to(gateway.address).await;
    waiting.send(post("content-length: 100000000")).await;
    let head = waiting.head().await;
    assert!(head.starts_with("HTTP/1.1 413 ") && head.contains("connection: close"), "{head}");
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused_on_the_way() {
    let (service, asked) = service::echo();
    let gateway = small(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(post("transfer-encoding: chunked")).await;
    let chunk = format!("1f4\r\n{}\r\n", "a".repeat(500));
    client.send(chunk.repeat(2)).await;
    client.send("1\r\na\r\n").await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    assert!(head.contains("application/problem+json"), "{head}");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0, "it never had a whole request");

    let mut client = Wire::to(gateway.address).await;
    client.send(post("transfer-encoding: chunked")).await;
    client.send(format!("{}0\r\n\r\n", chunk.repeat(2))).await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[tokio::test]
async fn a_route_may_take_more() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.forward.max_body_bytes = 10;
        for route in &mut config.routes {
            route.max_body_bytes = Some(1_000_000);
        }
    })
    .await;
    let request = gateway.client().request(reqwest::Method::POST, "/v1/users");
    let seen = Client::send(request.body("a".repeat(1_000_000))).await.expect(200);
    assert_eq!(seen["body"].as_str().unwrap().len(), 1_000_000);
}

#[tokio::test]
async fn a_client_that_stops_sending_is_told_so() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.forward.between_chunks_timeout = Duration::from_millis(100);
    })
    .await;
    for framing in ["transfer-encoding: chunked", "content-length: 100"] {
        let mut client = Wire::to(gateway.address).await;
        client.send(post(framing)).await;
        client.send("5\r\nhello\r\n").await;
        let head = client.head().await;
        assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
    }
}

/// A client that takes its time to send does not use up the time of the service.
#[tokio::test]
async fn sending_does_not_count_as_thinking() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.forward.first_byte_timeout = Duration::from_secs(1);
    })
    .await;
    let mut client = Wire::to(gateway.address).await;
    client.send(post("content-length: 4")).await;
    for byte in ["a", "b", "c", "d"] {
        tokio::time::sleep(Duration::from_millis(400)).await;
        client.send(byte).await;
    }
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[tokio::test]
async fn a_service_that_says_nothing_is_not_waited_for() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.first_byte_timeout = Duration::from_millis(100);
    })
    .await;
    gateway.client().get("/v1/items").await.expect_problem(504, "gateway_timeout");
    gateway.signed_in().post("/v1/parties", "x").await.expect_problem(504, "gateway_timeout");
}

#[tokio::test]
async fn a_service_that_takes_no_connections_is_not_waited_for() {
    let (service, _full) = raw::full().await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.connect_timeout = Duration::from_millis(100);
    })
    .await;
    gateway.client().get("/v1/items").await.expect_problem(504, "gateway_timeout");
}

#[tokio::test]
async fn a_route_may_wait_longer() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.first_byte_timeout = Duration::from_millis(10);
        for route in &mut config.routes {
            route.first_byte_timeout_ms = Some(20_000);
        }
    })
    .await;
    assert_eq!(gateway.client().get("/v1/items").await.expect(200), "ok");
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_broken_off() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome").await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.between_chunks_timeout = Duration::from_millis(100);
    })
    .await;
    let request = gateway.client().request(reqwest::Method::GET, "/v1/items");
    assert!(Client::try_send(request).await.is_err(), "half an answer is none");
}

#[tokio::test]
async fn more_requests_than_connections_are_told_to_come_back() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::configured(service, |config| config.forward.max_connections = 2).await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::to(gateway.address).await;
        wire.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
        waiting.push(wire);
    }
    let answer = testkit::until("both connections to be busy", async || {
        let request = gateway.client().request(reqwest::Method::GET, "/v1/items");
        let request = request.timeout(Duration::from_millis(100));
        Client::try_send(request).await.ok()
    })
    .await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn streams_take_no_place_of_requests() {
    let service = raw::serve(async |mut wire: Wire| {
        let head = wire.head().await;
        if head.starts_with("GET /v1/notifications/stream ") {
            wire.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:\n\n").await;
            wire.rest().await;
        } else {
            wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        }
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.max_connections = 1;
        config.forward.max_tunnels = 2;
    })
    .await;
    let target = format!("/v1/notifications/stream?token={}", gateway.token());
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::to(gateway.address).await;
        wire.send(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        assert!(wire.head().await.starts_with("HTTP/1.1 200 "));
        streams.push(wire);
    }
    gateway.signed_in().get("/v1/notifications").await.expect(200);
    // One more than there may be is counted with the requests.
    let mut third = Wire::to(gateway.address).await;
    third.send(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    assert!(third.head().await.starts_with("HTTP/1.1 200 "));
    gateway.signed_in().get("/v1/notifications").await.expect_problem(503, "unavailable");
    // A stream that ends leaves its place.
    drop(streams);
    drop(third);
    testkit::until("a request has its place again", async || {
        (gateway.signed_in().get("/v1/notifications").await.status == 200).then_some(())
    })
    .await;
}
