//! Clients that take their time, that are many, and that come through a load balancer.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::helpers::Gateway;
use crate::raw::Wire;
use crate::service;

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.clients.head_timeout = Duration::from_millis(200);
    })
    .await;
    let mut first = Wire::to(gateway.address).await;
    first.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n").await;
    // The second request of a connection is timed as the first is.
    let mut second = Wire::to(gateway.address).await;
    second.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\nGET /v1").await;
    for (wire, answers) in [(&mut first, 1), (&mut second, 2)] {
        let said = wire.rest().await;
        assert_eq!(said.matches("HTTP/1.1 ").count(), answers, "{said}");
        let refusal = &said[said.find("HTTP/1.1 408 ").unwrap_or_else(|| panic!("{said}"))..];
        assert!(refusal.contains("application/problem+json"), "{refusal}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_not_waited_for() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.clients.body_timeout = Duration::from_millis(300);
    })
    .await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send("POST /v1/users HTTP/1.1\r\nhost: x\r\ncontent-length: 10000\r\n\r\n").await;
    while wire.try_send("x").await.is_ok() && !wire.has_answer() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let service = crate::raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n").await;
        let block = vec![b'x'; 65536];
        while wire.try_send(&block).await.is_ok() {}
    })
    .await;
    let gateway = Gateway::configured(service, |config| {
        config.clients.stall_timeout = Duration::from_millis(200);
    })
    .await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    wire.head().await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    wire.gone().await;
}

#[tokio::test]
async fn an_address_has_only_so_many_connections() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.clients.max_connections_per_address = 3;
        config.http.workers = 2;
    })
    .await;
    let ask = "GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n";
    // Those of the test's own beginnings are gone when three places are free.
    let held = testkit::until("three places to be free", async || {
        let mut held = Vec::new();
        for _ in 0..3 {
            let mut wire = Wire::to(gateway.address).await;
            let _ = wire.try_send(ask).await;
            held.push(wire.answers().await.then_some(wire)?);
        }
        Some(held)
    })
    .await;
    let mut fourth = Wire::to(gateway.address).await;
    let _ = fourth.try_send(ask).await;
    assert_eq!(fourth.rest().await, "");
    drop(held);
    testkit::until("a place to be free", async || {
        let mut wire = Wire::to(gateway.address).await;
        let _ = wire.try_send(ask).await;
        wire.answers().await.then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_load_balancer_tells_whose_a_connection_is() {
    let gateway = Gateway::through_load_balancer(service::echo().0).await;
    let ask = "GET /v1/items HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut wire = Wire::to(gateway.address).await;
    wire.send(format!("PROXY TCP4 203.0.113.7 10.0.0.1 5555 80\r\n{ask}")).await;
    let answer = wire.rest().await;
    assert!(answer.contains(r#""x-forwarded-for":["203.0.113.7"]"#), "{answer}");
    // Who does not say it is not heard.
    let mut wire = Wire::to(gateway.address).await;
    wire.send(ask).await;
    assert_eq!(wire.rest().await, "");
}

/// Ten thousand clients that never end their heads: whoever comes properly is served.
#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_do_not_keep_others_out() {
    const SLOW: usize = 10_000;
    chassis::http::server::allow_many_connections();
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.clients.max_connections_per_address = 0;
        config.clients.head_timeout = Duration::from_mins(10);
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        // Where the system does not let a process have so many, fewer must do.
        let Ok(stream) = TcpStream::connect(gateway.address).await else { break };
        if stream.try_write(b"GET /v1/items HTTP/1.1\r\nhost: x\r\nx-").is_err() {
            break;
        }
        slow.push(stream);
    }
    assert!(slow.len() > 400, "{} connections are none", slow.len());
    // Those that must be served need a file of their own, too.
    slow.truncate(slow.len() - 50);
    for _ in 0..20 {
        gateway.signed_in().get("/v1/parties").await.expect(200);
    }
}
