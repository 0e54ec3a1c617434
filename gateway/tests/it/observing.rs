//! What those see who run the gateway, and those who do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::{HttpResponse, web};
use serde_json::json;
use testkit::{Client, until};

use crate::helpers::Gateway;
use crate::raw;
use crate::service;

fn admin(gateway: &Gateway) -> Client {
    Client::new(format!("http://{}", gateway.admin_address))
}

/// A service that is ready, and counts how often it was asked.
fn ready() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let address = service::start(move |app| {
        let counter = counter.clone();
        app.route(
            "/ready",
            web::get().to(move || {
                counter.fetch_add(1, Ordering::SeqCst);
                async { HttpResponse::Ok().finish() }
            }),
        );
    });
    (address, asked)
}

#[tokio::test]
async fn ready_names_each_service() {
    let gateway = Gateway::before_two(ready().0, ready().0).await;
    for client in [gateway.client(), admin(&gateway)] {
        let view = client.get("/ready").await.expect(200);
        let checks = json!([{ "name": "catalog", "up": true }, { "name": "party", "up": true }]);
        assert_eq!(view, json!({ "ready": true, "checks": checks }));
        assert_eq!(client.get("/health").await.expect(200), "alive");
        for path in ["/health", "/ready"] {
            Client::send(client.request(reqwest::Method::HEAD, path)).await.expect(200);
        }
    }
}

#[tokio::test]
async fn the_first_page_tells_which_services_are_up() {
    let party = service::start(|app| {
        app.route("/ready", web::get().to(async || HttpResponse::Ok().finish())).route(
            "/openapi.json",
            web::get()
                .to(async || HttpResponse::Ok().json(json!({ "info": { "version": "7.<1" } }))),
        );
    });
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before_two(party, nobody).await;
    let request = gateway.client().request(reqwest::Method::GET, "/");
    let answer = Client::send(request).await;
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    let page = answer.expect(200);
    let page = page.as_str().unwrap();
    for row in [
        "<td>party</td><td class=\"up\">up</td><td>7.&lt;1</td>",
        "<td>catalog</td><td class=\"down\">down</td><td>–</td>",
        "<td>gateway</td><td class=\"up\">",
    ] {
        assert!(page.contains(row), "{row}: {page}");
    }
}

#[tokio::test]
async fn pages_of_the_gateway_are_only_read() {
    let gateway = Gateway::before(ready().0).await;
    for path in ["/health", "/ready"] {
        gateway.client().post(path, json!({})).await.expect_problem(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn one_service_away_leaves_the_gateway_in() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before_two(ready().0, nobody).await;
    let view = gateway.client().get("/ready").await.expect(200);
    let checks = json!([{ "name": "catalog", "up": false }, { "name": "party", "up": true }]);
    assert_eq!(view, json!({ "ready": true, "checks": checks }));
}

#[tokio::test]
async fn all_services_away_take_it_out() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before_two(nobody, nobody).await;
    assert_eq!(gateway.client().get("/ready").await.expect(503)["ready"], false);
}

#[tokio::test]
async fn asking_the_gateway_often_does_not_ask_the_services_often() {
    let (service, asked) = ready();
    let gateway = Gateway::before(service).await;
    let client = gateway.client();
    let views: Vec<_> = (0..50).map(|_| client.get("/ready")).collect();
    for answer in futures_util::future::join_all(views).await {
        answer.expect(200);
    }
    // All names of the table lead to it.
    assert!(asked.load(Ordering::SeqCst) < 20, "{asked:?}");
}

#[tokio::test]
async fn metrics_are_for_those_who_run_it() {
    let gateway = Gateway::before(service::echo().0).await;
    gateway.signed_in().get("/v1/parties/1").await.expect(200);
    gateway.client().get("/v1/parties/2").await.expect_problem(401, "unauthenticated");
    let odd = reqwest::Method::from_bytes(b"ODD-METHOD").unwrap();
    Client::send(gateway.signed_in().request(odd, "/v1/parties")).await.expect(200);
    gateway.client().get("/metrics").await.expect_problem(404, "not_found");
    let text = until("the metrics to show all three", async || {
        let text = admin(&gateway).get("/metrics").await.expect(200);
        text.as_str().filter(|text| text.contains("method=\"other\"")).map(ToOwned::to_owned)
    })
    .await;
    for labels in [
        r#"method="GET",route="/v1/parties/**",upstream="party",status="200""#,
        r#"method="GET",route="/v1/parties/**",upstream="party",status="401""#,
    ] {
        assert!(text.contains(labels), "{labels}: {text}");
    }
    assert!(!text.contains("ODD-METHOD"), "clients do not choose labels");
}

#[tokio::test]
async fn failures_are_counted_by_service_and_reason() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before(nobody).await;
    gateway.client().get("/v1/items").await.expect_problem(502, "bad_gateway");
    let text = admin(&gateway).get("/metrics").await.expect(200);
    let counter = r#"upstream_failures_total{upstream="catalog",reason="refused"}"#;
    assert!(text.as_str().unwrap().contains(counter), "{text}");
}
