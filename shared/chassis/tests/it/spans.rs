//! Spans reach a collector, and cost nothing where there is none.

use chassis::http::trace::Trace;
use chassis::telemetry::spans::{Exporter, Kind};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// Takes one message and answers it; gives back its head and its body.
async fn collected(listener: TcpListener) -> (String, Value) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if let Ok(body) = serde_json::from_str(body) {
            let head = head.to_owned();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            return (head, body);
        }
    }
}

#[tokio::test]
async fn a_collector_is_told_of_requests_and_events() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let exporter = Exporter::start(&endpoint, "party".into(), 1.0, &Handle::current()).unwrap();
    let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let trace = Trace::parse(text).unwrap().child();
    exporter.note(trace, Kind::Request, "GET /v1/x".into(), Duration::from_millis(20), true);
    exporter.note(trace.child(), Kind::Event, "chat x.v1".into(), Duration::ZERO, false);

    let (head, body) = collected(listener).await;
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    let resource = &body["resourceSpans"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "party");
    let spans = &resource["scopeSpans"][0]["spans"];
    assert_eq!(spans[0]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(spans[0]["parentSpanId"], "00f067aa0ba902b7");
    assert_eq!((&spans[0]["name"], &spans[0]["kind"]), (&"GET /v1/x".into(), &2.into()));
    assert_eq!(spans[0]["status"]["code"], 2);
    let time = |name: &str| spans[0][name].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(time("endTimeUnixNano") - time("startTimeUnixNano"), 20_000_000);
    assert_eq!(spans[1]["parentSpanId"], spans[0]["spanId"]);
    assert_eq!((&spans[1]["kind"], &spans[1]["status"]["code"]), (&5.into(), &0.into()));
}

#[tokio::test]
async fn a_collector_that_is_away_holds_nobody_up() {
    let endpoint = "http://127.0.0.1:1";
    let exporter = Exporter::start(endpoint, "party".into(), 1.0, &Handle::current()).unwrap();
    // More than may wait: what is too much is dropped at once.
    for _ in 0..20_000 {
        exporter.note(Trace::begin(), Kind::Request, String::new(), Duration::ZERO, false);
    }
}

#[test]
fn without_a_collector_nothing_is_sampled() {
    assert!(!Trace::begin().is_sampled());
}
