//! Which headers pass, which do not, and which are the gateway's own.

use actix_web::{HttpResponse, web};
use reqwest::Method;
use serde_json::Value;
use testkit::Client;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The headers that the service sees when the client sends these.
async fn seen(gateway: &Gateway, headers: &[(&str, &str)]) -> Value {
    let mut request = gateway.client().request(Method::GET, "/v1/items");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Client::send(request).await.expect(200)["headers"].take()
}

#[tokio::test]
async fn headers_of_one_connection_stay_on_it() {
    let gateway = Gateway::before(service::echo().0).await;
    let mut wire = Wire::to(gateway.address).await;
    wire.send(
        "GET /v1/items HTTP/1.1\r\nhost: shop.example\r\nconnection: close, X-Mine , upgrade\r\n\
         connection: authorization-info\r\nkeep-alive: timeout=5\r\nproxy-connection: close\r\n\
         te: trailers\r\ntrailer: x-sum\r\nupgrade: h2c\r\nproxy-authorization: Basic eDp5\r\n\
         x-mine: 1\r\nauthorization-info: 2\r\nx-yours: 3\r\naccept: text/plain\r\n\
         accept: application/json\r\ncookie: a=1\r\n\r\n",
    )
    .await;
    let answer = wire.rest().await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let seen: Value = serde_json::from_str(body).unwrap();
    let headers = seen["headers"].as_object().unwrap();
    for gone in [
        "x-mine",
        "authorization-info",
        "keep-alive",
        "proxy-connection",
        "trailer",
        "upgrade",
        "proxy-authorization",
        "transfer-encoding",
        "content-length",
    ] {
        assert!(!headers.contains_key(gone), "{gone}");
    }
    // The gateway takes trailers for the client.
    assert_eq!((&headers["te"][0], &headers["connection"][0]), (&"trailers".into(), &"te".into()));
    assert_eq!(headers["x-yours"][0], "3");
    assert_eq!(headers["cookie"][0], "a=1");
    assert_eq!(headers["accept"].as_array().unwrap().len(), 2);
    assert_eq!(headers["via"][0], "1.1 gateway");
}

#[tokio::test]
async fn answers_keep_what_is_meant_for_the_client() {
    let service = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.send(
            "HTTP/1.1 200 OK\r\nconnection: x-mine\r\nx-mine: 1\r\nkeep-alive: timeout=5\r\n\
             proxy-authenticate: Basic\r\nset-cookie: a=1\r\nset-cookie: b=2\r\netag: \"7\"\r\n\
             access-control-allow-origin: *\r\ncontent-length: 2\r\n\r\nok",
        )
        .await;
    })
    .await;
    let answer = Gateway::before(service).await.client().get("/v1/items").await;
    for gone in
        ["x-mine", "keep-alive", "proxy-authenticate", "access-control-allow-origin", "connection"]
    {
        assert!(!answer.headers.contains_key(gone), "{gone}");
    }
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(answer.headers["etag"], "\"7\"");
    assert_eq!(answer.expect(200), "ok");
}

#[tokio::test]
async fn a_client_cannot_say_who_it_is() {
    let gateway = Gateway::before(service::echo().0).await;
    let headers = seen(
        &gateway,
        &[
            ("x-user-id", "admin"),
            ("X-User-Role", "admin"),
            ("x-real-ip", "6.6.6.6"),
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-port", "666"),
            ("forwarded", "for=6.6.6.6"),
            ("x-original-url", "/metrics"),
        ],
    )
    .await;
    for gone in ["x-user-id", "x-user-role", "x-real-ip", "x-forwarded-port", "x-original-url"] {
        assert!(headers.get(gone).is_none(), "{gone}");
    }
    let host = gateway.address.to_string();
    assert_eq!(headers["x-forwarded-for"], serde_json::json!(["127.0.0.1"]));
    assert_eq!(headers["x-forwarded-proto"], serde_json::json!(["http"]));
    assert_eq!(headers["x-forwarded-host"], serde_json::json!([host]));
    let forwarded = format!("for=127.0.0.1;proto=http;host=\"{host}\"");
    assert_eq!(headers["forwarded"], serde_json::json!([forwarded]));
    assert_ne!(headers["host"][0], host, "the service is called by its own name");
}

#[tokio::test]
async fn a_trusted_proxy_is_believed() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.forward.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let headers = seen(
        &gateway,
        &[
            ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "shop.example"),
            ("forwarded", "for=6.6.6.6"),
        ],
    )
    .await;
    assert_eq!(headers["x-forwarded-for"], serde_json::json!(["203.0.113.7, 127.0.0.1"]));
    let forwarded = "for=203.0.113.7;proto=https;host=\"shop.example\"";
    assert_eq!(headers["forwarded"], serde_json::json!([forwarded]));
}

#[tokio::test]
async fn a_request_id_is_kept_if_it_is_harmless() {
    let gateway = Gateway::before(service::echo().0).await;
    let long = "a".repeat(65);
    for (sent, kept) in [
        (Some("order-77.A_b"), true),
        (Some("a b"), false),
        (Some("\"x\""), false),
        (Some(long.as_str()), false),
        (Some(""), false),
        (None, false),
    ] {
        let mut request = gateway.client().request(Method::GET, "/v1/items");
        if let Some(id) = sent {
            request = request.header("x-request-id", id);
        }
        let answer = Client::send(request).await;
        let told = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        let seen = answer.expect(200)["headers"]["x-request-id"].take();
        assert_eq!(seen, serde_json::json!([told]));
        assert_eq!(Some(told.as_str()) == sent, kept, "{sent:?}");
    }
}

#[tokio::test]
async fn a_trace_is_continued_or_begun() {
    let gateway = Gateway::before(service::echo().0).await;
    let headers = seen(&gateway, &[("traceparent", TRACEPARENT), ("tracestate", "vendor=1")]).await;
    let onward = headers["traceparent"][0].as_str().unwrap();
    assert!(onward.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && onward.ends_with("-01"));
    assert_ne!(onward, TRACEPARENT, "the gateway is a span of its own");
    assert_eq!(headers["tracestate"][0], "vendor=1");

    let headers = seen(&gateway, &[("traceparent", "00-0-0-0"), ("tracestate", "vendor=1")]).await;
    let onward = headers["traceparent"][0].as_str().unwrap();
    assert_eq!(onward.len(), TRACEPARENT.len());
    assert!(headers.get("tracestate").is_none(), "it belonged to no trace");
    let headers = seen(&gateway, &[]).await;
    assert_ne!(headers["traceparent"][0], onward);
}

#[tokio::test]
async fn the_trace_is_named_to_the_client() {
    let service = service::start(|app| {
        app.default_service(web::to(|| async { HttpResponse::Ok().finish() }));
    });
    let gateway = Gateway::before(service).await;
    let request = gateway.client().request(Method::GET, "/v1/items");
    let answer = Client::send(request.header("traceparent", TRACEPARENT)).await;
    assert_eq!(answer.headers["x-trace-id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let request = gateway.client().request(Method::GET, "/nowhere");
    let answer = Client::send(request.header("traceparent", TRACEPARENT)).await;
    assert_eq!(answer.body["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
}
