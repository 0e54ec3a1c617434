//! Accounts while the database is away.

use crate::helpers::{PASSWORD, TestApp, config, database};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::time::Duration;
use testkit::{FaultProxy, until};

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_every_answer_is_503_and_then_all_is_well() {
    let database = database().await;
    let mut config = config(&database);
    let (proxy, url) = FaultProxy::before_url(config.database.url.expose_secret()).await;
    config.database.url = SecretString::from(url);
    config.database.acquire_timeout = Duration::from_millis(200);
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    let account = json!({ "email": "lee@example.com", "password": PASSWORD, "nickname": "이배" });
    let change = json!({ "current_password": PASSWORD, "new_password": "배는 망원에서 사자" });

    proxy.go_down();
    let somebody = "/v1/users/019b0000-0000-7000-8000-000000000000";
    for answer in [
        app.client.post("/v1/users", account.clone()).await,
        app.try_sign_in(&email, PASSWORD).await,
        app.try_sign_in("nobody@example.com", PASSWORD).await,
        app.refresh(&tokens).await,
        me.get("/v1/users/me").await,
        me.get(somebody).await,
        me.patch("/v1/users/me", json!({ "nickname": "박귤" })).await,
        me.put("/v1/users/me/password", change).await,
        me.get("/v1/sessions").await,
        me.delete("/v1/sessions/current").await,
        me.delete("/v1/sessions").await,
        me.delete("/v1/sessions/019b0000-0000-7000-8000-000000000000").await,
    ] {
        answer.expect_problem(503, "unavailable");
        assert_eq!(answer.headers["retry-after"], "1");
        assert_eq!(answer.body["detail"], json!(null), "the cause is nobody's business");
    }
    app.client.get("/.well-known/jwks.json").await.expect(200);

    proxy.come_up();
    until("the database to be back", async || {
        (me.get("/v1/users/me").await.status == 200).then_some(())
    })
    .await;
    // What was refused has not happened.
    app.client.post("/v1/users", account).await.expect(201);
    app.refresh(&tokens).await.expect(200);
    assert_eq!(me.get("/v1/users/me").await.expect(200)["nickname"], "김사과");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_replaced() {
    let database = database().await;
    let mut config = config(&database);
    let (proxy, url) = FaultProxy::before_url(config.database.url.expose_secret()).await;
    config.database.url = SecretString::from(url);
    let app = TestApp::spawn_with(database, &config);
    let me = app.sign_up("김사과").await;
    for _ in 0..3 {
        proxy.cut();
        until("a new connection", async || {
            let answer = me.get("/v1/users/me").await;
            assert!(matches!(answer.status.as_u16(), 200 | 503), "{answer:?}");
            (answer.status == 200).then_some(())
        })
        .await;
    }
}
