//! Messages that two programs could read differently, as bytes (RFC 9112; the classes of request
//! smuggling). None reaches a service, each is answered in the one shape, and the connection ends.

use std::sync::atomic::Ordering;

use crate::helpers::Gateway;
use crate::raw::Wire;
use crate::service;

const GET: &str = "GET /v1/items?smuggled HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_refused() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    let post = |headers: &str, body: &str| {
        format!("POST /v1/users HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n{body}")
    };
    let long = "a".repeat(9000);
    for (name, bytes, status) in [
        ("CL.TE", post("content-length: 6\r\ntransfer-encoding: chunked", "0\r\n\r\nG"), 400),
        ("TE.CL", post("transfer-encoding: chunked\r\ncontent-length: 4", "0\r\n\r\n"), 400),
        ("CL.CL", post("content-length: 0\r\ncontent-length: 5", "hello"), 400),
        ("CL, CL", post("content-length: 5, 5", "hello"), 400),
        ("CL twice the same", post("content-length: 5\r\ncontent-length: 5", "hello"), 400),
        ("CL with a sign", post("content-length: +5", "hello"), 400),
        ("CL in hex", post("content-length: 0x5", "hello"), 400),
        (
            "TE twice",
            post("transfer-encoding: chunked\r\ntransfer-encoding: chunked", "0\r\n\r\n"),
            400,
        ),
        ("TE unknown", post("transfer-encoding: xchunked", "0\r\n\r\n"), 400),
        ("TE after a space", post("transfer-encoding : chunked", "0\r\n\r\n"), 400),
        ("TE with a tab before", post("x: 1\r\n\ttransfer-encoding: chunked", "0\r\n\r\n"), 400),
        ("TE behind a vertical tab", post("transfer-encoding: \u{b}chunked", "0\r\n\r\n"), 400),
        ("TE identity", post("transfer-encoding: identity", ""), 400),
        (
            "TE in HTTP/1.0",
            "POST /v1/users HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".into(),
            400,
        ),
        ("obs-fold", post("x: 1\r\n folded", ""), 400),
        ("bare LF", format!("GET /v1/items HTTP/1.1\nhost: x\n\n{GET}"), 400),
        ("bare LF at the end", format!("GET /v1/items HTTP/1.1\r\nhost: x\r\n\n{GET}"), 400),
        ("bare CR", format!("GET /v1/items HTTP/1.1\r\nhost: x\rx: 1\r\n\r\n{GET}"), 400),
        ("NUL", format!("GET /v1/items HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n{GET}"), 400),
        ("no host", format!("GET /v1/items HTTP/1.1\r\n\r\n{GET}"), 400),
        ("two hosts", format!("GET /v1/items HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n{GET}"), 400),
        ("no version", format!("GET /v1/items\r\n\r\n{GET}"), 400),
        ("HTTP/1.2", format!("GET /v1/items HTTP/1.2\r\nhost: x\r\n\r\n{GET}"), 400),
        ("the start of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(), 400),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\n".into(), 400),
        ("a space in the target", format!("GET /v1/it ems HTTP/1.1\r\nhost: x\r\n\r\n{GET}"), 400),
        ("ours", "REFUSED /v1/items HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".into(), 401),
        ("a long target", format!("GET /v1/items?{long} HTTP/1.1\r\nhost: x\r\n\r\n{GET}"), 414),
        (
            "a long header",
            format!("GET /v1/items HTTP/1.1\r\nhost: x\r\nx: {long}{long}\r\n\r\n"),
            431,
        ),
        (
            "many headers",
            format!("GET /v1/items HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: 1\r\n".repeat(95)),
            431,
        ),
    ] {
        let mut wire = Wire::to(gateway.address).await;
        wire.send(&bytes).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{name}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{name}: {answer}");
        assert!(answer.contains("application/problem+json"), "{name}: {answer}");
        assert!(answer.contains("x-trace-id: "), "{name}: {answer}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing has reached the service");
}

#[tokio::test]
async fn what_comes_before_is_answered_and_what_comes_after_is_not() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    let mut wire = Wire::to(gateway.address).await;
    let good = "GET /v1/items?n=1 HTTP/1.1\r\nhost: x\r\n\r\n";
    wire.send(format!("{good}GET /v1/items HTTP/1.1\nhost: x\r\n\r\n{GET}")).await;
    let answers = wire.rest().await;
    assert!(answers.starts_with("HTTP/1.1 200 ") && answers.contains("n=1"), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 400 ").count(), 1, "{answers}");
    assert!(!answers.contains("smuggled"), "{answers}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_broken_chunk_ends_the_request() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    for body in [
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "-1\r\n",
        "zz\r\n\r\n",
        "10000000000000000\r\n",
        "5;a=\n\r\nhello\r\n0\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
    ] {
        let mut wire = Wire::to(gateway.address).await;
        let head = "POST /v1/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
        wire.send(format!("{head}{body}{GET}")).await;
        let answer = wire.rest().await;
        // The connection ends; whether an answer still fits in is a matter of time.
        let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 400 ");
        assert!(is_refused && !answer.contains("smuggled"), "{body:?}: {answer}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing has reached the service");
}

#[tokio::test]
async fn a_proper_message_may_come_in_any_pieces() {
    let gateway = Gateway::before(service::echo().0).await;
    let message = "\r\nPOST /v1/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n\
                   5;why=not\r\nhello\r\n1\r\n!\r\n0\r\ntrailer: 1\r\n\r\n\
                   GET /v1/items?last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut wire = Wire::to(gateway.address).await;
    for byte in message.as_bytes() {
        wire.send([*byte]).await;
        tokio::task::yield_now().await;
    }
    let answers = wire.rest().await;
    assert!(answers.contains(r#""body":"hello!""#) && answers.contains("?last"), "{answers}");
}
