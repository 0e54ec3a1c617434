//! What comes before an answer and behind it: interim answers (RFC 9110, 15.2), clients that ask before
//! they send a body (10.1.1), and trailers (6.5).

use crate::helpers::Gateway;
use crate::raw::Wire;
use crate::service;

/// A client that has sent this, and the service that has read its head.
async fn asked(request: &str) -> (Gateway, Wire, Wire, String) {
    let (gateway, mut connections) = Gateway::by_hand().await;
    let mut client = Wire::to(gateway.address).await;
    client.send(request).await;
    let mut service = connections.recv().await.unwrap();
    let head = service.head().await;
    (gateway, client, service, head)
}

#[tokio::test]
async fn early_hints_reach_the_client_before_the_answer_does() {
    let (_gateway, mut client, mut service, _) =
        asked("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    service
        .send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\nconnection: x-mine\r\nx-mine: 1\r\n\r\n")
        .await;
    let hints = client.head().await;
    assert_eq!(hints, "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
    service
        .send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n")
        .await;
    assert!(client.head().await.starts_with("HTTP/1.1 102 "));
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("content-length: 2\r\n"), "{head}");
    service.send("ok").await;
    assert_eq!(client.exactly(2).await, b"ok");
}

#[tokio::test]
async fn an_old_client_hears_the_answer_alone() {
    let (_gateway, mut client, mut service, head) =
        asked("POST /v1/users HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nhi")
            .await;
    assert!(!head.contains("expect"), "{head}");
    assert_eq!(service.exactly(2).await, b"hi");
    service
        .send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
        .await;
    service.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nok"), "{answer}");
}

#[tokio::test]
async fn a_service_that_never_comes_to_the_point_is_not_waited_for() {
    let (_gateway, mut client, mut service, _) =
        asked("GET /v1/items HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let _ = service.try_send("HTTP/1.1 102 Processing\r\n\r\n".repeat(100)).await;
    let answer = client.rest().await;
    assert!(answer.contains("HTTP/1.1 502 "), "{answer}");
}

#[tokio::test]
async fn whether_a_body_may_come_is_for_the_service_to_say() {
    let ask =
        "POST /v1/users HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n";
    let (_gateway, mut client, mut service, head) = asked(ask).await;
    assert!(head.contains("expect: 100-continue\r\n"), "{head}");
    assert!(!client.has_answer(), "the gateway does not answer for the service");
    service.send("HTTP/1.1 100 Continue\r\n\r\n").await;
    assert_eq!(client.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello").await;
    assert_eq!(service.exactly(5).await, b"hello");
    service.send("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await;
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 201 ") && !answer.contains("connection"), "{answer}");

    // What was not sent never comes, so nothing more is read.
    let (_gateway, mut client, mut service, _) = asked(ask).await;
    service.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.ends_with("no"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    service.gone().await;
}

#[tokio::test]
async fn who_is_refused_is_not_asked_for_a_body() {
    let (gateway, _connections) = Gateway::by_hand().await;
    let mut client = Wire::to(gateway.address).await;
    client
        .send(
            "POST /v1/parties HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\
             content-length: 5\r\n\r\n",
        )
        .await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 401 ") && !answer.contains("100 Continue"), "{answer}");
}

/// Services of ours answer who asks first by themselves.
#[tokio::test]
async fn a_client_that_asks_first_may_go_on() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send(
        "POST /v1/users HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\
         connection: close\r\n\r\n",
    )
    .await;
    assert!(wire.head().await.starts_with("HTTP/1.1 100 "));
    wire.send("hello").await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains(r#""body":"hello""#), "{answer}");
}

const WITH_TRAILERS: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\
                             x-sum: 7\r\nContent-Length: 99\r\ntransfer-encoding: chunked\r\n\
                             x-trace-id: forged\r\nServer-Timing: db;dur=1\r\n\r\n";

#[tokio::test]
async fn trailers_reach_who_asks_for_them() {
    let ask = "GET /v1/items HTTP/1.1\r\nhost: x\r\nte: trailers\r\nconnection: te\r\n\r\n";
    let (_gateway, mut client, mut service, head) = asked(ask).await;
    assert!(head.contains("te: trailers\r\nconnection: te\r\n"), "{head}");
    service.send(WITH_TRAILERS).await;
    assert!(client.head().await.contains("transfer-encoding: chunked\r\n"));
    // None that would frame the message anew, and none that are for the gateway to say.
    let rest = "2\r\nok\r\n0\r\nx-sum: 7\r\nServer-Timing: db;dur=1\r\n\r\n";
    assert_eq!(client.exactly(rest.len()).await, rest.as_bytes());
    // Both connections are used again.
    client.send(ask).await;
    service.head().await;
    service.send(WITH_TRAILERS).await;
    client.head().await;
}

#[tokio::test]
async fn who_does_not_ask_for_trailers_gets_none() {
    let (_gateway, mut client, mut service, head) =
        asked("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(!head.contains("te: trailers"), "{head}");
    service.send(WITH_TRAILERS).await;
    client.head().await;
    assert_eq!(client.exactly(12).await, b"2\r\nok\r\n0\r\n\r\n");
}

/// They could say what a header may not, to a service that mixes them up.
#[tokio::test]
async fn trailers_of_a_client_stay_with_the_gateway() {
    let (_gateway, _client, mut service, _) = asked(
        "POST /v1/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n\
         2\r\nhi\r\n0\r\nx-user-id: 1\r\nx-sum: 7\r\n\r\n",
    )
    .await;
    assert_eq!(service.exactly(12).await, b"2\r\nhi\r\n0\r\n\r\n");
}
