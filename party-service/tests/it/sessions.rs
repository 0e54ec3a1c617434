//! Sessions: their tokens, their list, their end.

use crate::helpers::TestApp;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::Client;

impl TestApp {
    /// Speaks with these tokens.
    fn with(&self, tokens: &Value) -> Client {
        self.client.with_token(tokens["access_token"].as_str().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_gets_the_next_tokens() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let mut tokens = app.tokens(&email).await;
    for _ in 0..3 {
        // Each time the access token has long expired.
        app.clock.advance(TimeDelta::days(29));
        app.with(&tokens).get("/v1/users/me").await.expect_problem(401, "token_expired");
        let answer = app.refresh(&tokens).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        let next = answer.expect(200);
        assert_eq!(next["session_id"], tokens["session_id"]);
        assert_ne!(next["refresh_token"], tokens["refresh_token"]);
        app.with(&next).get("/v1/users/me").await.expect(200);
        tokens = next;
    }
    app.clock.advance(TimeDelta::days(30));
    app.refresh(&tokens).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused() {
    let app = TestApp::spawn().await;
    let unknown = "A".repeat(43);
    for bad in ["", "x", &unknown, "not base64!", &"A".repeat(10_000)] {
        let body = json!({ "refresh_token": bad });
        let answer = app.client.post("/v1/sessions/refresh", body).await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    for (body, pointer) in [
        (json!({ "refresh_token": 1 }), "/refresh_token"),
        (json!({ "refresh_token": null }), "/refresh_token"),
        (json!({ "refresh_token": "x", "scope": "all" }), "/scope"),
    ] {
        app.client.post("/v1/sessions/refresh", body).await.expect_invalid(&[pointer]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_used_twice_ends_the_session() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let (stolen, other) = (app.tokens(&email).await, app.tokens(&email).await);
    let next = app.refresh(&stolen).await.expect(200);
    app.refresh(&stolen).await.expect_problem(401, "invalid_refresh_token");

    app.refresh(&next).await.expect_problem(401, "invalid_refresh_token");
    app.with(&next).get("/v1/users/me").await.expect_problem(401, "session_revoked");
    app.with(&other).get("/v1/users/me").await.expect(200);
    let events = app.events("session.revoked.v1").await;
    assert_eq!(events[0]["session_ids"], json!([stolen["session_id"]]));
    assert_eq!(events.len(), 1, "a session ends once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refreshes_of_one_token_one_wins_and_the_session_is_over() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    for _ in 0..5 {
        let tokens = app.tokens(&email).await;
        let answers = join_all((0..6).map(|_| app.refresh(&tokens))).await;
        let (won, lost): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 5));
        for answer in &lost {
            answer.expect_problem(401, "invalid_refresh_token");
        }
        app.refresh(&won[0].body).await.expect_problem(401, "invalid_refresh_token");
        let me = app.with(&won[0].body);
        me.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_and_signing_out_at_once_leaves_nobody_signed_in() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    for _ in 0..5 {
        let tokens = app.tokens(&email).await;
        let me = app.with(&tokens);
        let (refreshed, signed_out) =
            tokio::join!(app.refresh(&tokens), me.delete("/v1/sessions/current"));
        signed_out.expect(204);
        let last = if refreshed.status == 200 { &refreshed.body } else { &tokens };
        app.refresh(last).await.expect_problem(401, "invalid_refresh_token");
        app.with(last).get("/v1/users/me").await.expect_problem(401, "session_revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d02_signing_out_ends_the_tokens_at_once() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let (tokens, other) = (app.tokens(&email).await, app.tokens(&email).await);
    let me = app.with(&tokens);
    me.delete("/v1/sessions/current").await.expect(204);
    me.delete("/v1/sessions/current").await.expect_problem(401, "session_revoked");
    me.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    app.refresh(&tokens).await.expect_problem(401, "invalid_refresh_token");
    app.with(&other).get("/v1/users/me").await.expect(200);
    app.client.delete("/v1/sessions/current").await.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn d02_signing_out_everywhere_ends_all_of_ones_own_sessions() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let mine = [app.tokens(&email).await, app.tokens(&email).await];
    let stranger = app.sign_up("이배").await;
    app.with(&mine[0]).delete("/v1/sessions").await.expect(204);
    for tokens in &mine {
        app.with(tokens).get("/v1/users/me").await.expect_problem(401, "session_revoked");
        app.refresh(tokens).await.expect_problem(401, "invalid_refresh_token");
    }
    stranger.get("/v1/users/me").await.expect(200);
    let event = &app.events("session.revoked.v1").await[0];
    assert_eq!(event["session_ids"].as_array().unwrap().len(), 2);
    app.client.delete("/v1/sessions").await.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_sessions_are_listed_page_by_page() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let first = app.try_sign_in_from("203.0.113.7", &email, crate::helpers::PASSWORD).await;
    let first = first.expect(201);
    for _ in 0..4 {
        app.tokens(&email).await;
    }
    app.sign_up("이배").await;
    let me = app.with(&first);
    let (mut path, mut seen) = ("/v1/sessions?limit=2".to_owned(), Vec::new());
    loop {
        let page = me.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/sessions?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5, "the newest first, mine alone");
    let oldest = seen.pop().unwrap();
    let expected = json!({
        "id": first["session_id"], "current": true, "origin": "203.0.113.7",
        "user_agent": oldest["user_agent"], "created_at": "2026-11-23T03:00:00Z",
        "last_used_at": "2026-11-23T03:00:00Z", "expires_at": "2026-12-23T03:00:00Z",
    });
    assert_eq!(oldest, expected);
    assert!(oldest["user_agent"].as_str().unwrap().starts_with("project509/"));
    assert!(seen.iter().all(|session| session["current"] == json!(false)));

    me.get("/v1/sessions?limit=0&cursor=x").await.expect_invalid(&["limit", "cursor"]);
    me.get("/v1/sessions?page=2").await.expect_invalid(&["query"]);
    app.client.get("/v1/sessions").await.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_not_listed() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let expired = app.tokens(&email).await;
    app.clock.advance(TimeDelta::days(20));
    let ended = app.tokens(&email).await;
    app.with(&ended).delete("/v1/sessions/current").await.expect(204);
    app.clock.advance(TimeDelta::days(10));
    let alive = app.tokens(&email).await;
    let list = app.with(&alive).get("/v1/sessions").await.expect(200);
    let ids: Vec<_> = list["items"].as_array().unwrap().iter().map(|s| &s["id"]).collect();
    assert_eq!(ids, [&alive["session_id"]], "{expired}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ends_a_session_of_ones_own_and_of_nobody_else() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let (here, lost) = (app.sign_in(&email).await, app.tokens(&email).await);
    let path = format!("/v1/sessions/{}", lost["session_id"].as_str().unwrap());

    let stranger = app.sign_up("이배").await;
    stranger.delete(&path).await.expect_problem(404, "session_not_found");
    app.client.delete(&path).await.expect_problem(401, "unauthenticated");
    app.with(&lost).get("/v1/users/me").await.expect(200);

    here.delete(&path).await.expect(204);
    app.with(&lost).get("/v1/users/me").await.expect_problem(401, "session_revoked");
    here.delete(&path).await.expect_problem(404, "session_not_found");
    let unknown = format!("/v1/sessions/{}", uuid::Uuid::now_v7());
    here.delete(&unknown).await.expect_problem(404, "session_not_found");
    here.delete("/v1/sessions/1").await.expect_problem(404, "not_found");
}
