//! Signing in, and failing to.

use crate::helpers::{PASSWORD, TestApp, config, database};
use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

const WRONG: &str = "배는 망원에서 사자";

/// What is the same in each answer: all but the trace.
fn said(answer: &Answer) -> (u16, Value, Option<&str>) {
    let mut body = answer.body.clone();
    body["trace_id"] = Value::Null;
    let wait = answer.headers.get("retry-after").map(|value| value.to_str().unwrap());
    (answer.status.as_u16(), body, wait)
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_tokens() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let answer = app.try_sign_in(&format!(" {} ", email.to_uppercase()), PASSWORD).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let tokens = answer.expect(201);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["refresh_expires_in"], 30 * 24 * 3600);
    assert_eq!(tokens["user"]["email"], *email);
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    let mut seen = me.get("/v1/users/me").await.expect(200);
    seen.as_object_mut().unwrap().remove("standing");
    assert_eq!(seen, tokens["user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_values_are_refused() {
    let app = TestApp::spawn().await;
    let nothing = app.client.post("/v1/sessions", json!({})).await;
    nothing.expect_invalid(&["/email", "/password"]);
    for (field, bad) in [
        ("email", json!("kim")),
        ("email", json!(1)),
        ("password", json!("")),
        ("password", json!(null)),
        ("remember_me", json!(true)),
    ] {
        let mut body = json!({ "email": "kim@example.com", "password": PASSWORD });
        body[field] = bad;
        app.client.post("/v1/sessions", body).await.expect_invalid(&[&format!("/{field}")]);
    }
    let long = "가".repeat(10_000);
    app.try_sign_in("kim@example.com", &long).await.expect_problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_an_unknown_address_and_a_wrong_password_look_the_same() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    for step in 0..12 {
        let wrong = app.try_sign_in_from("198.51.100.1", &email, WRONG).await;
        let unknown = app.try_sign_in_from("198.51.100.2", "nobody@example.com", WRONG).await;
        assert_eq!(said(&wrong), said(&unknown), "attempt {step}");
        app.clock.advance(TimeDelta::milliseconds(700));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_failures_lock_the_account_longer_each_time() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    for _ in 0..5 {
        app.try_sign_in(&email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
    for wait_s in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let wrong = app.try_sign_in(&email, WRONG).await;
        wrong.expect_problem(429, "too_many_attempts");
        assert_eq!(wrong.headers["retry-after"], wait_s.to_string().as_str());
        // The right password is refused in the same words.
        assert_eq!(said(&app.try_sign_in(&email, PASSWORD).await), said(&wrong));
        app.clock.advance(TimeDelta::seconds(wait_s));
        app.try_sign_in(&email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
    app.clock.advance(TimeDelta::minutes(15));
    app.try_sign_in(&email, PASSWORD).await.expect(201);
    // A success forgets the failures.
    for _ in 0..5 {
        app.try_sign_in(&email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_guesses_at_once_are_counted_one_by_one() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let answers = join_all((0..40).map(|_| app.try_sign_in(&email, WRONG))).await;
    let judged = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((judged, refused), (5, 35));
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_strangers_cannot_lock_out_who_has_been_there_before() {
    let app = TestApp::spawn().await;
    let (email, home) = (app.register("김사과").await, "203.0.113.7");
    app.try_sign_in_from(home, &email, PASSWORD).await.expect(201);
    for stranger in 0..20 {
        app.try_sign_in_from(&format!("198.51.100.{stranger}"), &email, WRONG).await;
    }
    let locked = app.try_sign_in_from("198.51.100.99", &email, PASSWORD).await;
    locked.expect_problem(429, "too_many_attempts");
    app.try_sign_in_from(home, &email, PASSWORD).await.expect(201);
    // Whoever guesses from there is locked as everyone else.
    for _ in 0..5 {
        app.try_sign_in_from(home, &email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
    let locked = app.try_sign_in_from(home, &email, WRONG).await;
    locked.expect_problem(429, "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_guessing_at_many_accounts_locks_the_origin() {
    let database = database().await;
    let mut config = config(&database);
    config.sign_in.failures_per_origin = 3;
    let app = TestApp::spawn_with(database, &config);
    let mine = app.register("김사과").await;
    let origin = "2001:db8:1:2::1";
    for n in 0..3 {
        let guess = app.try_sign_in_from(origin, &format!("user{n}@example.com"), WRONG).await;
        guess.expect_problem(401, "invalid_credentials");
        // An account of one's own does not reset the count.
        if n < 2 {
            app.try_sign_in_from(origin, &mine, PASSWORD).await.expect(201);
        }
    }
    let neighbour = "2001:db8:1:2:ffff::9";
    for email in ["user9@example.com", &mine] {
        let locked = app.try_sign_in_from(neighbour, email, PASSWORD).await;
        locked.expect_problem(429, "too_many_attempts");
    }
    app.try_sign_in_from("2001:db8:1:3::1", &mine, PASSWORD).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_an_address_is_only_believed_from_a_proxy() {
    let database = database().await;
    let mut config = config(&database);
    config.sign_in.failures_per_origin = 3;
    config.sign_in.trusted_proxies = Vec::new();
    let app = TestApp::spawn_with(database, &config);
    for n in 0..3 {
        let made_up = format!("198.51.100.{n}");
        app.try_sign_in_from(&made_up, &format!("user{n}@example.com"), WRONG).await;
    }
    let locked = app.try_sign_in_from("198.51.100.9", "user9@example.com", WRONG).await;
    locked.expect_problem(429, "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_peace_forgets_failures() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    for _ in 0..4 {
        app.try_sign_in(&email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
    app.clock.advance(TimeDelta::hours(1));
    for _ in 0..5 {
        app.try_sign_in(&email, WRONG).await.expect_problem(401, "invalid_credentials");
    }
    app.try_sign_in(&email, WRONG).await.expect_problem(429, "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_old_parameters_is_renewed() {
    let database = database().await;
    let mut config = config(&database);
    let before = TestApp::spawn_with(database, &config);
    let email = before.register("김사과").await;
    config.passwords.iterations = 2;
    let after = before.again(&config);
    let hash = async || after.text("SELECT password_hash AS text FROM users").await;
    assert!(hash().await.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    after.tokens(&email).await;
    assert!(hash().await.starts_with("$argon2id$v=19$m=8,t=2,p=1$"));
    after.tokens(&email).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_too_many_sessions_ends() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let mut sessions = Vec::new();
    for _ in 0..21 {
        sessions.push(app.sign_in(&email).await);
        app.clock.advance(TimeDelta::seconds(1));
    }
    sessions[0].get("/v1/users/me").await.expect_problem(401, "session_revoked");
    sessions[1].get("/v1/users/me").await.expect(200);
    let page = sessions[20].get("/v1/sessions?limit=100").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn d09_a_bad_token_stops_a_request_that_needs_none() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let bad = app.client.with_token("not.a.token");
    let account = json!({ "email": "lee@example.com", "password": PASSWORD, "nickname": "이배" });
    bad.post("/v1/users", account.clone()).await.expect_problem(401, "unauthenticated");
    let credentials = json!({ "email": email, "password": PASSWORD });
    bad.post("/v1/sessions", credentials).await.expect_problem(401, "unauthenticated");
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    bad.post("/v1/sessions/refresh", refresh).await.expect_problem(401, "unauthenticated");
    bad.patch("/v1/users/me", json!({ "nickname": "박귤" }))
        .await
        .expect_problem(401, "unauthenticated");

    // Nothing of it happened.
    app.client.post("/v1/users", account).await.expect(201);
    app.refresh(&tokens).await.expect(200);
    let session = Client::send(app.client.request(Method::GET, "/v1/sessions")).await;
    session.expect_problem(401, "unauthenticated");
}
