//! A write that is sent twice is done once.

use crate::things::{App, count, noon};
use chassis::http::idempotency;
use chassis::identity::Role;
use chrono::TimeDelta;
use contracts::UserId;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

fn thing(id: u32) -> Value {
    json!({ "id": id, "label": format!("thing {id}"), "parts": [] })
}

async fn post(client: &Client, key: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, "/things").header("idempotency-key", key);
    Client::send(request.json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_gets_the_answer_of_the_first() {
    let app = App::spawn().await;
    let first = post(&app.client, "k", &thing(1)).await;
    let second = post(&app.client, "k", &thing(1)).await;
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!(first.expect(201), second.expect(201));
    assert_eq!(count(&app.db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_are_one() {
    let app = App::spawn().await;
    let body = thing(1);
    let all = (0..20).map(|_| post(&app.client, "k", &body));
    let answers = futures_util::future::join_all(all).await;
    assert!(answers.iter().any(|answer| answer.status == 201));
    for answer in answers {
        if answer.status == 201 {
            assert_eq!(answer.body, json!({ "id": 1 }));
        } else {
            answer.expect_problem(409, "request_in_flight");
        }
    }
    assert_eq!(count(&app.db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_body_under_the_same_key_is_refused() {
    let app = App::spawn().await;
    post(&app.client, "k", &thing(1)).await.expect(201);
    post(&app.client, "k", &thing(2)).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(count(&app.db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_persons_own() {
    let app = App::spawn().await;
    post(&app.client, "k", &thing(1)).await.expect(201);
    let other = app.client.with_token(app.issuer.token(UserId::new(), Role::User, noon()));
    post(&other, "k", &thing(2)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_remembered() {
    let app = App::spawn().await;
    post(&app.client, "a", &thing(1)).await.expect(201);
    let refused = post(&app.client, "b", &thing(1)).await;
    assert!(refused.status.is_server_error(), "the duplicate is not handled here: {refused:?}");
    post(&app.client, "b", &thing(2)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_forgotten_after_a_day() {
    let app = App::spawn().await;
    let user = UserId::new();
    let client = app.client.with_token(app.issuer.token(user, Role::User, noon()));
    post(&client, "k", &thing(1)).await.expect(201);
    app.clock.advance(TimeDelta::hours(25));
    let later = noon() + TimeDelta::hours(25);
    let client = app.client.with_token(app.issuer.token(user, Role::User, later));
    post(&client, "k", &thing(2)).await.expect(201);

    let much_later = later + TimeDelta::hours(25);
    let mut conn = app.db.conn().await.unwrap();
    assert_eq!(idempotency::sweep(&mut conn, much_later).await.unwrap(), 1);
    assert_eq!(idempotency::sweep(&mut conn, much_later).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_none_are_refused() {
    let app = App::spawn().await;
    for key in ["", " ", "열쇠", &"k".repeat(129)] {
        post(&app.client, key, &thing(1)).await.expect_invalid(&["Idempotency-Key"]);
    }
    assert_eq!(count(&app.db).await, 0);
}
