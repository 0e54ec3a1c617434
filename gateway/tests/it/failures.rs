//! Services that are away, break off, or lie.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::{HttpResponse, web};
use reqwest::Method;
use serde_json::json;
use testkit::Client;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

#[tokio::test]
async fn a_service_that_is_not_there() {
    let (address, _held) = raw::nobody();
    let gateway = Gateway::before(address).await;
    let answer = gateway.client().get("/v1/items").await;
    answer.expect_problem(502, "bad_gateway");
    assert!(answer.body.get("detail").is_none(), "clients learn nothing of what lies behind");
}

#[tokio::test]
async fn a_service_that_does_not_speak_http() {
    for words in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\n\u{0}: x\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    ] {
        let service = raw::serve(move |mut wire: Wire| async move {
            wire.head().await;
            wire.send(words).await;
            wire.reset();
        })
        .await;
        let gateway = Gateway::before(service).await;
        let answer = gateway.client().get("/v1/items").await;
        assert_eq!(answer.status.as_u16(), 502, "{words:?}");
        answer.expect_problem(502, "bad_gateway");
    }
}

#[tokio::test]
async fn an_endless_head_is_not_read_to_its_end() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 200 OK\r\n").await;
        while wire.try_send("x-more: and more\r\n".repeat(100)).await.is_ok() {}
    })
    .await;
    let gateway = Gateway::before(service).await;
    gateway.client().get("/v1/items").await.expect_problem(502, "bad_gateway");
}

#[tokio::test]
async fn half_an_answer_does_not_look_whole() {
    for framing in ["content-length: 100", "transfer-encoding: chunked"] {
        let service = raw::serve(move |mut wire: Wire| async move {
            wire.head().await;
            wire.send(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n5\r\nhello\r\n")).await;
        })
        .await;
        let gateway = Gateway::before(service).await;
        let request = gateway.client().request(Method::GET, "/v1/items");
        assert!(Client::try_send(request).await.is_err(), "{framing}");
    }
}

/// A service that answers the first request of each connection, then closes it unasked.
async fn forgetful() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    let address = raw::serve(move |mut wire: Wire| {
        let counter = counter.clone();
        async move {
            wire.head().await;
            counter.fetch_add(1, Ordering::SeqCst);
            wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
            // It closes just as the next request comes.
            let next = wire.head().await;
            if !next.is_empty() {
                counter.fetch_add(1, Ordering::SeqCst);
                wire.reset();
            }
        }
    })
    .await;
    (address, requests)
}

#[tokio::test]
async fn a_request_that_may_be_repeated_is_when_a_kept_connection_breaks() {
    let (service, requests) = forgetful().await;
    let gateway = Gateway::before(service).await;
    assert_eq!(gateway.client().get("/v1/items").await.expect(200), "ok");
    assert_eq!(gateway.client().get("/v1/items").await.expect(200), "ok");
    assert_eq!(requests.load(Ordering::SeqCst), 3, "once, once in vain, once again");
}

#[tokio::test]
async fn a_request_that_may_not_be_repeated_is_not() {
    let (service, requests) = forgetful().await;
    let gateway = Gateway::before(service).await;
    assert_eq!(gateway.client().get("/v1/markets").await.expect(200), "ok");
    let answer = gateway.client().post("/v1/users", json!({ "name": "x" })).await;
    answer.expect_problem(502, "bad_gateway");
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_not_used() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    for _ in 0..20 {
        // Also one that may not be repeated, for none of it was sent.
        gateway.client().post("/v1/users", json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn a_services_own_problems_pass_untouched() {
    let service = service::start(|app| {
        app.default_service(web::to(|| async {
            HttpResponse::Conflict()
                .content_type("application/problem+json")
                .insert_header(("retry-after", "7"))
                .body(r#"{"type":"/docs/problems#party_full","code":"party_full"}"#)
        }));
    });
    let gateway = Gateway::before(service).await;
    let answer = gateway.signed_in().get("/v1/parties").await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.headers["retry-after"], "7");
    let body = answer.expect(409);
    assert_eq!(body, json!({ "type": "/docs/problems#party_full", "code": "party_full" }));
}

#[tokio::test]
async fn problems_are_told_in_the_readers_language() {
    let (address, _held) = raw::nobody();
    let gateway = Gateway::before(address).await;
    for (language, not_found, bad_gateway) in [
        ("ko-KR,ko;q=0.9", "찾을 수 없습니다", "서비스가 올바르게 응답하지 않았습니다"),
        ("en-US,en;q=0.9", "There is no such thing", "A service did not answer properly"),
        ("", "찾을 수 없습니다", "서비스가 올바르게 응답하지 않았습니다"),
    ] {
        for (path, code, title) in
            [("/nowhere", "not_found", not_found), ("/v1/items", "bad_gateway", bad_gateway)]
        {
            let request = gateway.client().request(Method::GET, path);
            let answer = Client::send(request.header("accept-language", language)).await;
            assert!(answer.body["title"].as_str().unwrap().starts_with(title), "{language}");
            assert_eq!(answer.body["type"], format!("/docs/problems#{code}"));
            assert_eq!(answer.headers["x-trace-id"], answer.body["trace_id"].as_str().unwrap());
        }
    }
}
