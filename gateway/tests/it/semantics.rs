//! What HTTP says about answers without a body, and old clients.

use actix_web::{HttpResponse, web};

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

/// What a client reads when the service says this.
async fn relayed(request: &str, answer: &'static str) -> String {
    let service = raw::serve(move |mut wire: Wire| async move {
        wire.head().await;
        wire.send(answer).await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send(request).await;
    wire.rest().await
}

fn ask(method: &str) -> String {
    format!("{method} /v1/items HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

#[tokio::test]
async fn a_head_tells_the_length_of_what_does_not_come() {
    let answer = relayed(&ask("HEAD"), "HTTP/1.1 200 OK\r\ncontent-length: 77\r\n\r\n").await;
    assert!(answer.contains("content-length: 77\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    let answer =
        relayed(&ask("HEAD"), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    assert!(answer.contains("transfer-encoding: chunked\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn a_204_has_neither_body_nor_length() {
    let answer = relayed(&ask("GET"), "HTTP/1.1 204 No Content\r\nx-left: 1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 204 ") && answer.contains("x-left: 1\r\n"), "{answer}");
    assert!(
        !answer.contains("content-length") && !answer.contains("transfer-encoding"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn a_304_may_tell_a_length() {
    let lines = "HTTP/1.1 304 Not Modified\r\netag: \"7\"\r\ncontent-length: 77\r\n\r\n";
    let answer = relayed(&ask("GET"), lines).await;
    assert!(answer.starts_with("HTTP/1.1 304 ") && answer.contains("etag: \"7\"\r\n"), "{answer}");
    assert!(answer.contains("content-length: 77\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    let answer = relayed(&ask("GET"), "HTTP/1.1 304 Not Modified\r\n\r\n").await;
    assert!(
        !answer.contains("content-length") && !answer.contains("transfer-encoding"),
        "{answer}"
    );
}

#[tokio::test]
async fn an_empty_body_stays_empty() {
    let answer = relayed(&ask("GET"), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    assert!(answer.contains("content-length: 0\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_ends_with_its_connection_is_whole() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.0 200 OK\r\n\r\nuntil the end").await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    assert_eq!(gateway.client().get("/v1/items").await.expect(200), "until the end");
}

#[tokio::test]
async fn an_old_client_gets_no_chunks() {
    let lines = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let answer = relayed("GET /v1/items HTTP/1.0\r\n\r\n", lines).await;
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    assert!(!answer.contains("transfer-encoding"), "{answer}");
}

#[tokio::test]
async fn requests_one_behind_the_other_are_answered_in_order() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send(
        "GET /v1/items?n=1 HTTP/1.1\r\nhost: x\r\n\r\n\
         POST /v1/users HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi\
         GET /v1/items?n=3 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    )
    .await;
    let answers = wire.rest().await;
    let at = |text: &str| answers.find(text).unwrap_or_else(|| panic!("{text}: {answers}"));
    assert!(at("n=1") < at(r#""body":"hi""#) && at(r#""body":"hi""#) < at("n=3"));
}

/// There is no tunnel here: a request for one is a request like any other, and what follows it is
/// not taken for its body.
#[tokio::test]
async fn a_wish_to_switch_protocols_is_passed_over() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send(
        "GET /v1/items HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\
         GET /v1/parties HTTP/1.1\r\nhost: x\r\n\r\n",
    )
    .await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains(r#""target":"/v1/items""#) && !answer.contains("parties"), "{answer}");
    assert!(!answer.contains(r#""transfer-encoding""#), "{answer}");
}

#[tokio::test]
async fn a_compressed_answer_is_not_touched() {
    let service = service::start(|app| {
        app.default_service(web::to(|| async {
            HttpResponse::Ok().insert_header(("content-encoding", "zstd")).body(vec![1, 2, 3])
        }));
    });
    let gateway = Gateway::before(service).await;
    let answer = gateway.client().get("/v1/items").await;
    assert_eq!(answer.headers["content-encoding"], "zstd");
    assert_eq!(answer.headers["content-length"], "3");
}
