//! Event streams while whoever would send them is away.

use std::net::SocketAddr;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use reqwest::Method;
use testkit::{Answer, Client};

use crate::helpers::Gateway;
use crate::{raw, service};

const STREAM: &str = "/v1/notifications/stream";

async fn ask(client: &Client, path: &str, accept: &str) -> Answer {
    Client::send(client.request(Method::GET, path).header("accept", accept)).await
}

/// How many milliseconds a client is told to wait; nothing else is in the answer.
fn told_to_wait(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let text = answer.body.as_str().unwrap();
    let wait = text.strip_prefix("retry: ").and_then(|rest| rest.strip_suffix("\n\n"));
    wait.unwrap().parse().unwrap()
}

/// A service that says this to everything.
fn that_says(status: u16) -> SocketAddr {
    service::start(move |app| {
        let status = StatusCode::from_u16(status).unwrap();
        app.default_service(web::to(move || async move { HttpResponse::new(status) }));
    })
}

#[tokio::test]
async fn an_event_source_is_told_to_come_again_while_nobody_is_there() {
    let (address, _held) = raw::nobody();
    let gateway = Gateway::before(address).await;
    let client = gateway.signed_in();
    for _ in 0..20 {
        // After a few attempts the service is left alone: not connected becomes not tried.
        let wait = told_to_wait(&ask(&client, STREAM, "text/event-stream").await);
        assert!((3_000..6_000).contains(&wait), "{wait}");
    }
    let ranges = "text/html, Text/Event-Stream; q=0.9";
    told_to_wait(&ask(&client, STREAM, ranges).await);
    let in_query = format!("{STREAM}?token={}", gateway.token());
    told_to_wait(&ask(&gateway.client(), &in_query, "text/event-stream").await);
}

#[tokio::test]
async fn who_is_no_event_source_is_told_what_is_wrong() {
    let (address, _held) = raw::nobody();
    let gateway = Gateway::before(address).await;
    let client = gateway.signed_in();
    ask(&client, STREAM, "*/*").await.expect_problem(502, "bad_gateway");
    // What ends by itself can be asked for again by whoever asked.
    let other = ask(&client, "/v1/notifications", "text/event-stream").await;
    other.expect_problem(502, "bad_gateway");
    // The door is no more open than before.
    let anonymous = ask(&gateway.client(), STREAM, "text/event-stream").await;
    anonymous.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn only_what_passes_is_waited_for() {
    for (status, is_put_off) in [(503, true), (502, true), (504, true), (500, false), (429, false)]
    {
        let gateway = Gateway::before(that_says(status)).await;
        let answer = ask(&gateway.signed_in(), STREAM, "text/event-stream").await;
        if is_put_off {
            told_to_wait(&answer);
        } else {
            assert_eq!(answer.status, status);
        }
    }
}

#[tokio::test]
async fn a_client_keeps_its_place() {
    let (address, _held) = raw::nobody();
    let gateway = Gateway::before(address).await;
    for (id, line) in [("41", "id: 41\n"), ("4 1", ""), ("x", ""), ("123456789012345678901", "")] {
        let request = gateway.signed_in().request(Method::GET, STREAM);
        let request = request.header("accept", "text/event-stream").header("last-event-id", id);
        let answer = Client::send(request).await;
        let text = answer.body.as_str().unwrap();
        let (retry, rest) = text.split_once('\n').unwrap();
        assert!(retry.starts_with("retry: "), "{text:?}");
        assert_eq!(rest, format!("{line}\n"));
    }
}
