//! Another password.

use crate::helpers::{PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

const NEXT: &str = "배는 망원에서 사자";
const PATH: &str = "/v1/users/me/password";

fn change(current: &str, next: &str) -> Value {
    json!({ "current_password": current, "new_password": next })
}

#[tokio::test(flavor = "multi_thread")]
async fn d05_a_password_changes_and_every_other_session_ends() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let (here, elsewhere) = (app.sign_in(&email).await, app.tokens(&email).await);
    here.put(PATH, change(PASSWORD, NEXT)).await.expect(204);

    app.try_sign_in(&email, PASSWORD).await.expect_problem(401, "invalid_credentials");
    app.try_sign_in(&email, NEXT).await.expect(201);
    here.get("/v1/users/me").await.expect(200);
    let other = app.client.with_token(elsewhere["access_token"].as_str().unwrap());
    other.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    app.refresh(&elsewhere).await.expect_problem(401, "invalid_refresh_token");
    let ended = &app.events("session.revoked.v1").await[0]["session_ids"];
    assert_eq!(*ended, json!([elsewhere["session_id"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn d05_the_current_password_is_needed() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let me = app.sign_in(&email).await;
    let wrong = me.put(PATH, change("wrong password", NEXT)).await;
    wrong.expect_invalid(&["/current_password"]);
    assert_eq!(wrong.body["errors"][0]["code"], "wrong_password");
    for (field, bad) in [
        ("new_password", json!("short")),
        ("new_password", json!("password123")),
        ("new_password", json!(email)),
        ("new_password", json!(null)),
        ("current_password", json!(7)),
        ("email", json!("x")),
    ] {
        let mut body = change(PASSWORD, NEXT);
        body[field] = bad;
        me.put(PATH, body).await.expect_invalid(&[&format!("/{field}")]);
    }
    me.put(PATH, json!({})).await.expect_invalid(&["/new_password"]);
    app.client.put(PATH, change(PASSWORD, NEXT)).await.expect_problem(401, "unauthenticated");
    app.try_sign_in(&email, PASSWORD).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_token_does_not_let_anyone_guess_the_password() {
    let app = TestApp::spawn().await;
    let me = app.sign_up("김사과").await;
    for _ in 0..5 {
        me.put(PATH, change("wrong password", NEXT)).await.expect_invalid(&["/current_password"]);
    }
    me.put(PATH, change(PASSWORD, NEXT)).await.expect_problem(429, "too_many_attempts");
    app.clock.advance(TimeDelta::seconds(1));
    me.put(PATH, change(PASSWORD, NEXT)).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_at_once_one_happens() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let me = app.sign_in(&email).await;
    let other = "귤은 제주에서 사자";
    let (one, two) =
        tokio::join!(me.put(PATH, change(PASSWORD, NEXT)), me.put(PATH, change(PASSWORD, other)));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);
    let winner = if one.status == 204 { NEXT } else { other };
    app.try_sign_in(&email, winner).await.expect(201);
}
