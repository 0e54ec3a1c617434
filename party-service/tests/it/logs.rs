//! What is written down, and what never is.

use crate::helpers::{PASSWORD, TestApp};
use serde_json::json;
use testkit::CapturedLog;
use tracing_subscriber::{EnvFilter, fmt};

#[tokio::test(flavor = "multi_thread")]
async fn no_address_password_or_token_is_logged() {
    let log = CapturedLog::default();
    // All of ours at the finest level, and everything else as far as an operator might go.
    let filter = EnvFilter::new("debug,party_service=trace,chassis=trace");
    fmt().with_env_filter(filter).with_writer(log.clone()).init();

    let app = TestApp::spawn().await;
    app.market("세종", 37.5663, 126.9779).await;
    let (email, next) = ("kim.sagwa@example.com", "배는 망원에서 사자");
    let account = json!({
        "email": email, "password": PASSWORD, "nickname": "김사과", "address": "서울 중구 세종로 1",
    });
    app.client.post("/v1/users", account.clone()).await.expect(201);
    app.client.post("/v1/users", account).await.expect(409);
    app.try_sign_in(email, "wrong password").await.expect(401);
    app.try_sign_in("someone.else@example.com", PASSWORD).await.expect(401);
    let tokens = app.tokens(email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    let change = json!({ "current_password": PASSWORD, "new_password": next });
    me.put("/v1/users/me/password", change).await.expect(204);
    me.patch("/v1/users/me", json!({ "address": "서울 중구 세종로 1 " })).await.expect(200);
    let refreshed = app.refresh(&tokens).await.expect(200);
    app.refresh(&tokens).await.expect(401);
    me.get("/v1/users/me").await.expect(401);

    let logged = log.text();
    assert!(logged.contains("was used twice"), "the log is there");
    let (access, refresh) = (&tokens["access_token"], &tokens["refresh_token"]);
    let secrets = [
        email,
        "kim.sagwa",
        "someone.else",
        PASSWORD,
        next,
        "wrong password",
        "세종로",
        "37.566",
        "argon2id",
        access.as_str().unwrap(),
        refresh.as_str().unwrap(),
        refreshed["access_token"].as_str().unwrap(),
        refreshed["refresh_token"].as_str().unwrap(),
    ];
    for secret in secrets {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_ask_all_the_time_is_no_news() {
    let log = CapturedLog::default();
    fmt().with_env_filter("info").with_writer(log.clone()).init();
    let app = TestApp::spawn().await;
    for path in [
        "/health",
        "/ready",
        "/metrics",
        "/.well-known/jwks.json",
        "/.well-known/revoked-sessions.json",
    ] {
        app.client.get(path).await.expect(200);
    }
    app.client.get("/.well-known/nothing").await.expect(404);
    let logged = log.text();
    let answered = logged.lines().filter(|line| line.contains("answered ")).count();
    assert_eq!(answered, 1, "{logged}");
}
