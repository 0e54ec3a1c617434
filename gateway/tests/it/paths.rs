//! No way of writing a path leads around the table.

use std::sync::atomic::Ordering;

use crate::helpers::Gateway;
use crate::raw::Wire;
use crate::service;

#[tokio::test]
async fn a_path_that_can_be_read_in_two_ways_is_refused() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    for (path, status) in [
        ("//v1/items", 400),
        ("/v1//items", 400),
        ("/v1/items/../users", 400),
        ("/v1/items/..", 400),
        ("/v1/./items", 400),
        ("/v1/items/%2e%2e/users", 400),
        ("/v1/items/%2E%2E/users", 400),
        ("/v1/items/.%2e/users", 400),
        ("/v1/items%2f..%2fusers", 400),
        ("/v1%2Fitems", 400),
        ("/v1/items%5c..%5cusers", 400),
        ("/v1\\items", 400),
        ("/v1/items%00", 400),
        ("/v1/items%0d%0aX-Evil:%201", 400),
        ("/v1/items;jsessionid=1", 400),
        ("/v1/items%3b", 400),
        ("/v1/%69tems", 400),
        ("/v1/items%252e%252e", 400),
        ("/v1/items/%zz", 400),
        ("/v1/items/", 404),
        ("/V1/items", 404),
        ("/v1/ITEMS", 404),
        ("/docs/../v1/users", 404),
        ("*", 400),
        ("http://party/metrics", 404),
        ("http://party//v1/items", 400),
    ] {
        let mut wire = Wire::to(gateway.address).await;
        let lines = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        wire.send(lines).await;
        let answer = wire.rest().await;
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{path}: {answer}");
        assert!(answer.contains("application/problem+json"), "{path}: {answer}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing has reached the service");
}

#[tokio::test]
async fn a_target_with_a_host_in_it_is_read_like_any_other() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut wire = Wire::to(gateway.address).await;
    let lines = "GET http://other.example/v1/items?q=1 HTTP/1.1\r\nhost: x\r\n\
                 connection: close\r\n\r\n";
    wire.send(lines).await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains(r#""target":"/v1/items?q=1""#), "{answer}");
    assert!(answer.contains(r#""x-forwarded-host":["other.example"]"#), "{answer}");
}

#[tokio::test]
async fn a_message_framed_in_two_ways_is_refused() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 5, 5\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding : chunked\r\n",
        "x: 1\r\n continued: yes\r\n",
        "host: y\r\n",
    ] {
        let mut wire = Wire::to(gateway.address).await;
        let lines = format!("POST /v1/users HTTP/1.1\r\nhost: x\r\n{headers}\r\n0\r\n\r\n");
        wire.send(lines).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers:?}: {answer}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing has reached the service");
}
