//! What cannot be read is refused in the common shape, and says where it is wrong.

use crate::things::App;
use reqwest::Method;
use serde_json::json;
use testkit::Client;

async fn post_raw(
    app: &App,
    content_type: &str,
    body: impl Into<reqwest::Body>,
) -> testkit::Answer {
    let request = app.client.request(Method::POST, "/things");
    Client::send(request.header("content-type", content_type).body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_json_is_400() {
    let app = App::spawn().await;
    let trailing = r#"{"id":1,"label":"a","parts":[]} trailing"#;
    for body in ["", "{", r#"{"id":1,"label":"a",}"#, "nonsense", trailing, "\u{0}"] {
        post_raw(&app, "application/json", body).await.expect_problem(400, "malformed_request");
    }
    let invalid_utf8 = b"{\"id\":1,\"label\":\"\xff\",\"parts\":[]}".to_vec();
    let answer = post_raw(&app, "application/json", invalid_utf8).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_value_is_422_and_named() {
    let app = App::spawn().await;
    for (body, pointer) in [
        (json!({"id": -1, "label": "a", "parts": []}), "/id"),
        (json!({"id": 1, "label": 7, "parts": []}), "/label"),
        (
            json!({"id": 1, "label": "a", "parts": [{"amount": 1}, {"amount": "x"}]}),
            "/parts/1/amount",
        ),
        (json!({"id": 1, "label": "a", "parts": [], "role": "admin"}), "/role"),
        (json!({"id": 1, "parts": []}), ""),
        (json!([]), ""),
    ] {
        let answer = app.client.post("/things", body.clone()).await;
        answer.expect_problem(422, "validation_failed");
        assert_eq!(answer.body["errors"][0]["pointer"], json!(pointer), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_taken() {
    let app = App::spawn().await;
    let body = r#"{"id":1,"label":"a","parts":[]}"#;
    post_raw(&app, "text/plain", body).await.expect_problem(415, "unsupported_media_type");
    post_raw(&app, "Application/JSON; charset=utf-8", body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_body_is_413_however_it_is_sent() {
    let app = App::spawn().await;
    let large = "x".repeat(100_000);
    post_raw(&app, "application/json", large.clone()).await.expect_problem(413, "body_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_and_paths_are_refused_in_the_common_shape() {
    let app = App::spawn().await;
    app.client.get("/things?limit=-1").await.expect_invalid(&["query"]);
    app.client.get("/things").await.expect_invalid(&["query"]);
    app.client.get("/things?limit=3").await.expect(200);
    app.client.get("/things/x").await.expect_problem(404, "not_found");
    let wrong_method = app.client.delete("/things").await;
    wrong_method.expect_problem(405, "method_not_allowed");
    assert_eq!(wrong_method.headers["allow"], "GET, POST");
}
