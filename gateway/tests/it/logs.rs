//! What is written down, and what never is.

use std::sync::OnceLock;

use serde_json::{Value, json};
use testkit::{CapturedLog, Client, until};

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

/// The lines of requests, of all gateways of this process.
pub(crate) fn access() -> CapturedLog {
    static LOG: OnceLock<CapturedLog> = OnceLock::new();
    LOG.get_or_init(CapturedLog::default).clone()
}

/// Everything that any part of the process logs, down to the finest level.
fn of_the_process() -> CapturedLog {
    static LOG: OnceLock<CapturedLog> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = CapturedLog::default();
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(log.clone())
            .init();
        log
    });
    log.clone()
}

/// The access line of the request with this id.
async fn access_line(request_id: &str) -> Value {
    until("the request to be logged", async || {
        let text = access().text();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["target"] == "access")
            .find(|line| line["request_id"] == request_id)
    })
    .await
}

#[tokio::test]
async fn each_request_has_one_line() {
    of_the_process();
    let gateway = Gateway::before(service::echo().0).await;
    let request = gateway.signed_in().request(reqwest::Method::POST, "/v1/parties/77?q=1");
    let answer = Client::send(request.header("x-request-id", "line-1").body("hello")).await;
    let trace_id = answer.headers["x-trace-id"].to_str().unwrap().to_owned();
    let line = access_line("line-1").await;
    for (field, expected) in [
        ("message", json!("POST /v1/parties/77 200")),
        ("method", json!("POST")),
        ("path", json!("/v1/parties/77")),
        ("route", json!("/v1/parties/**")),
        ("upstream", json!("party")),
        ("status", json!(200)),
        ("client", json!("127.0.0.1")),
        ("aborted", json!(false)),
        ("trace_id", json!(trace_id)),
        ("level", json!("INFO")),
    ] {
        assert_eq!(line[field], expected, "{field}");
    }
    assert_eq!(line["user_id"].as_str().unwrap().len(), 36);
    assert!(line["elapsed_us"].is_u64() && line["bytes_sent"].as_u64().unwrap() > 0);

    let request = gateway.client().request(reqwest::Method::GET, "/nowhere");
    Client::send(request.header("x-request-id", "line-2")).await;
    let line = access_line("line-2").await;
    assert_eq!((&line["route"], &line["status"]), (&json!("none"), &json!(404)));
    assert!(line.get("user_id").is_none());
}

#[tokio::test]
async fn an_answer_that_broke_off_is_marked() {
    of_the_process();
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome").await;
    })
    .await;
    let gateway = Gateway::before(service).await;
    let request = gateway.client().request(reqwest::Method::GET, "/v1/items");
    let broken = Client::try_send(request.header("x-request-id", "broken-1")).await;
    assert!(broken.is_err());
    let line = access_line("broken-1").await;
    assert_eq!((&line["aborted"], &line["bytes_sent"]), (&json!(true), &json!(4)));
}

/// Nothing that lets anyone in, and nothing that people type, reaches a log: at no level, of no
/// part of the process.
#[tokio::test]
async fn no_secret_reaches_a_log() {
    const COOKIE: &str = "cookie-zYx7";
    const QUERY: &str = "query-zYx7";
    const BODY: &str = "body-zYx7";
    let log = of_the_process();
    let gateway = Gateway::before(service::echo().0).await;
    let good = gateway.token();
    let mut expired = gateway.token();
    expired.truncate(expired.len() - 4);
    for (id, token, path) in [
        ("secret-1", good.as_str(), "/v1/parties"),
        ("secret-2", expired.as_str(), "/v1/parties"),
        ("secret-3", good.as_str(), "/v1/items"),
        ("secret-4", good.as_str(), "/nowhere"),
    ] {
        let request = gateway
            .client()
            .request(reqwest::Method::POST, &format!("{path}?token={QUERY}&q={good}"))
            .bearer_auth(token)
            .header("cookie", format!("sid={COOKIE}"))
            .header("x-request-id", id)
            .body(BODY);
        Client::send(request).await;
        access_line(id).await;
    }
    // What the client of this test logs is its own affair, and it is in this process too.
    let text: String = (log.text() + &access().text())
        .lines()
        .filter(|line| {
            !line.contains("\"target\":\"reqwest") && !line.contains("hyper_util::client")
        })
        .collect();
    let signature = good.rsplit('.').next().unwrap();
    for secret in [COOKIE, QUERY, BODY, signature, expired.rsplit('.').next().unwrap()] {
        let at = text.find(secret).map(|at| &text[at.saturating_sub(300)..at]);
        assert_eq!(at, None, "{secret}");
    }
}
