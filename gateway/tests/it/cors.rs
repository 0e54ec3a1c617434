//! Web pages of other origins.

use reqwest::Method;
use testkit::{Answer, Client};

use crate::helpers::Gateway;
use crate::service;

const APP: &str = "https://app.example";

async fn gateway(origins: &[&str], credentials: bool) -> Gateway {
    let origins = origins.iter().map(ToString::to_string).collect();
    Gateway::configured(service::echo().0, |config| {
        config.cors.origins = origins;
        config.cors.credentials = credentials;
    })
    .await
}

async fn preflight(gateway: &Gateway, origin: &str) -> Answer {
    let request = gateway
        .client()
        .request(Method::OPTIONS, "/v1/parties")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, content-type");
    Client::send(request).await
}

async fn ask(gateway: &Gateway, path: &str, origin: &str) -> Answer {
    Client::send(gateway.client().request(Method::GET, path).header("origin", origin)).await
}

#[tokio::test]
async fn a_listed_origin_may_ask_and_read() {
    let gateway = gateway(&[APP], true).await;
    let permission = preflight(&gateway, APP).await;
    assert_eq!(permission.status, 204);
    assert_eq!(permission.headers["access-control-allow-origin"], APP);
    assert_eq!(permission.headers["access-control-allow-credentials"], "true");
    assert_eq!(permission.headers["access-control-max-age"], "600");
    for (header, part) in [
        ("access-control-allow-methods", "DELETE"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-allow-headers", "idempotency-key"),
        ("vary", "origin"),
    ] {
        assert!(permission.headers[header].to_str().unwrap().contains(part), "{header}");
    }
    for (path, status) in [("/v1/items", 200), ("/v1/parties", 401), ("/nowhere", 404)] {
        let answer = ask(&gateway, path, APP).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["access-control-allow-origin"], APP, "{path}");
        let exposed = answer.headers["access-control-expose-headers"].to_str().unwrap();
        assert!(exposed.contains("x-trace-id"));
    }
}

#[tokio::test]
async fn another_origin_may_not() {
    let gateway = gateway(&[APP, "https://two.example"], false).await;
    for origin in
        ["https://evil.example", "https://app.example.evil.example", "null", "http://app.example"]
    {
        let refusal = preflight(&gateway, origin).await;
        refusal.expect_problem(403, "origin_not_allowed");
        assert!(!refusal.headers.contains_key("access-control-allow-origin"));
        let answer = ask(&gateway, "/v1/items", origin).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
        assert_eq!(answer.headers["vary"], "origin", "a cache keeps them apart");
    }
    let permission = preflight(&gateway, "https://two.example").await;
    assert_eq!(permission.headers["access-control-allow-origin"], "https://two.example");
    assert!(!permission.headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn without_a_list_nobody_may() {
    let gateway = gateway(&[], false).await;
    preflight(&gateway, APP).await.expect_problem(403, "origin_not_allowed");
    let answer = ask(&gateway, "/v1/items", APP).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn everyone_may_if_that_is_wanted() {
    let gateway = gateway(&["*"], false).await;
    assert_eq!(preflight(&gateway, APP).await.headers["access-control-allow-origin"], "*");
    let answer = ask(&gateway, "/v1/items", APP).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("access-control-allow-credentials"));
}
