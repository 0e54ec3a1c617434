//! Bodies pass chunk by chunk, both ways, at the pace of whoever takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};

fn post(gateway: &Gateway, framing: &str) -> String {
    let token = gateway.token();
    format!(
        "POST /v1/parties HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{framing}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_chunk_of_an_answer_arrives_before_the_answer_is_complete() {
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut service = connections.recv().await.unwrap();
    service.head().await;
    service.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let head = client.head().await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    for chunk in ["5\r\nfirst\r\n", "6\r\nsecond\r\n"] {
        service.send(chunk).await;
        assert_eq!(client.exactly(chunk.len()).await, chunk.as_bytes());
    }
    service.send("0\r\n\r\n").await;
    assert_eq!(client.exactly(5).await, b"0\r\n\r\n");
}

#[tokio::test]
async fn a_chunk_of_a_request_arrives_before_the_request_is_complete() {
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(post(&gateway, "transfer-encoding: chunked")).await;
    client.send("5\r\nfirst\r\n").await;
    let mut service = connections.recv().await.unwrap();
    let head = service.head().await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    assert_eq!(service.exactly(10).await, b"5\r\nfirst\r\n");
    client.send("6\r\nsecond\r\n").await;
    assert_eq!(service.exactly(11).await, b"6\r\nsecond\r\n");
    // The answer may begin before the request is complete.
    service.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyes\r\n").await;
    client.head().await;
    assert_eq!(client.exactly(8).await, b"3\r\nyes\r\n");
    client.send("0\r\n\r\n").await;
    assert_eq!(service.exactly(5).await, b"0\r\n\r\n");
    service.send("0\r\n\r\n").await;
    assert_eq!(client.exactly(5).await, b"0\r\n\r\n");
}

#[tokio::test]
async fn an_answer_that_comes_early_costs_nothing_of_the_request() {
    const MORE_THAN_ALL_BUFFERS: usize = 16 * 1024 * 1024;
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::configured(service, |config| {
        config.forward.max_body_bytes = 32 * 1024 * 1024;
    })
    .await;
    let mut client = Wire::to(gateway.address).await;
    let head = post(&gateway, &format!("content-length: {MORE_THAN_ALL_BUFFERS}"));
    let request = [head.as_bytes(), &vec![b'x'; MORE_THAN_ALL_BUFFERS]].concat();
    let serving = async {
        let mut service = connections.recv().await.unwrap();
        service.head().await;
        service.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        assert_eq!(service.exactly(MORE_THAN_ALL_BUFFERS).await.len(), MORE_THAN_ALL_BUFFERS);
        service.send("2\r\nok\r\n0\r\n\r\n").await;
    };
    tokio::join!(client.send(request), serving);
    assert!(client.rest().await.ends_with("2\r\nok\r\n0\r\n\r\n"));
}

#[tokio::test]
async fn a_length_stays_a_length() {
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send(post(&gateway, "content-length: 11")).await;
    client.send("hello ").await;
    let mut service = connections.recv().await.unwrap();
    let head = service.head().await;
    assert!(head.contains("content-length: 11") && !head.contains("chunked"), "{head}");
    assert_eq!(service.exactly(6).await, b"hello ");
    client.send("world").await;
    assert_eq!(service.exactly(5).await, b"world");
    service.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone").await;
    let head = client.head().await;
    assert!(head.contains("content-length: 4") && !head.contains("chunked"), "{head}");
    assert_eq!(client.exactly(4).await, b"done");
}

/// A client that does not read slows the service down: what lies between is bounded.
#[tokio::test]
async fn an_answer_that_nobody_reads_is_not_read_from_the_service() {
    const MORE_THAN_ALL_BUFFERS: usize = 32 * 1024 * 1024;
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let service = raw::serve(move |mut wire: Wire| {
        let counter = counter.clone();
        async move {
            wire.head().await;
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {MORE_THAN_ALL_BUFFERS}\r\n\r\n");
            wire.send(head).await;
            let block = vec![b'x'; 64 * 1024];
            while counter.load(Ordering::SeqCst) < MORE_THAN_ALL_BUFFERS {
                if wire.try_send(&block).await.is_err() {
                    return;
                }
                counter.fetch_add(block.len(), Ordering::SeqCst);
            }
        }
    })
    .await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    client.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    client.head().await;
    // It stands still when two looks in a row see the same.
    let mut before = usize::MAX;
    testkit::until("the service to stand still", async || {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = sent.load(Ordering::SeqCst);
        (std::mem::replace(&mut before, now) == now).then_some(())
    })
    .await;
    assert!(before < MORE_THAN_ALL_BUFFERS / 2, "{before} bytes lie between them");
    // And it goes on when the client does.
    client.exactly(MORE_THAN_ALL_BUFFERS).await;
}

/// The gateway has closed its connection to the service, or does so soon.
async fn assert_closed(mut wire: Wire) {
    let rest = tokio::time::timeout(Duration::from_secs(30), wire.rest()).await;
    assert_eq!(rest.unwrap(), "", "nothing more was said");
}

#[tokio::test]
async fn a_client_that_goes_away_takes_its_request_along() {
    let (service, mut connections) = raw::by_hand().await;
    // No time-out of its own ends a request within this test.
    let gateway = Gateway::configured(service, |config| {
        config.forward.first_byte_timeout = Duration::from_hours(1);
        config.forward.between_chunks_timeout = Duration::from_hours(1);
    })
    .await;
    // Before the answer begins.
    let mut client = Wire::to(gateway.address).await;
    client.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut waiting = connections.recv().await.unwrap();
    waiting.head().await;
    drop(client);
    assert_closed(waiting).await;
    // In the middle of the answer.
    let mut client = Wire::to(gateway.address).await;
    client.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut answering = connections.recv().await.unwrap();
    answering.head().await;
    answering.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome").await;
    client.head().await;
    drop(client);
    assert_closed(answering).await;
    // In the middle of the request.
    let mut client = Wire::to(gateway.address).await;
    client.send(post(&gateway, "content-length: 100")).await;
    client.send("some").await;
    let mut reading = connections.recv().await.unwrap();
    reading.head().await;
    assert_eq!(reading.exactly(4).await, b"some");
    drop(client);
    assert_closed(reading).await;
}

#[tokio::test]
async fn connections_to_a_service_are_used_again() {
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::before(service).await;
    let mut client = Wire::to(gateway.address).await;
    let ask = "GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n";
    client.send(ask).await;
    let mut service = connections.recv().await.unwrap();
    for answer in ["content-length: 2\r\n\r\nok", "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"] {
        service.head().await;
        service.send(format!("HTTP/1.1 200 OK\r\n{answer}")).await;
        client.head().await;
        client.exactly(if answer.ends_with("ok") { 2 } else { 5 }).await;
        client.send(ask).await;
    }
    service.head().await;
    assert!(connections.try_recv().is_err(), "one connection is enough");
}
