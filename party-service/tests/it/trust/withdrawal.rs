//! Leaving the platform: what is so at once.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;

use super::people::Account;
use crate::helpers::{PASSWORD, TestApp};
use crate::parties::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn d02_who_withdraws_is_locked_out_at_once() {
    let app = TestApp::spawn().await;
    let account = Account::open(&app, "김사과").await;
    let elsewhere = app.tokens(&account.email).await;
    account.withdraw().await;

    let me = &account.person.client;
    me.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    let other = me.with_token(elsewhere["access_token"].as_str().unwrap());
    other.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    app.refresh(&elsewhere).await.expect_problem(401, "invalid_refresh_token");
    // The same answer as for an address that nobody has.
    app.try_sign_in(&account.email, PASSWORD).await.expect_problem(401, "invalid_credentials");
    account.withdraw_with(PASSWORD).await.expect_problem(401, "session_revoked");
    assert_eq!(
        app.events("user.withdrawn.v1").await,
        [json!({ "change": "withdrawn", "user_id": account.person.id, "version": 2 })]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_withdrawal_takes_the_password_and_is_no_get() {
    let app = TestApp::spawn().await;
    let account = Account::open(&app, "김사과").await;
    account.withdraw_with("not the password").await.expect_invalid(&["/current_password"]);
    account.withdraw_with("").await.expect_invalid(&["/current_password"]);
    let me = &account.person.client;
    Client::send(me.request(Method::DELETE, "/v1/users/me")).await.expect(415);
    me.get("/v1/users/me/withdrawal").await.expect(404);
    me.anonymous().delete("/v1/users/me").await.expect_problem(401, "unauthenticated");
    me.get("/v1/users/me").await.expect(200);
    // Whoever guesses is slowed down as everywhere.
    for _ in 0..4 {
        account.withdraw_with("a guess, again").await;
    }
    account.withdraw_with("a guess, again").await.expect_problem(429, "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_the_password_and_the_place_are_gone_at_once_and_the_names_are_kept_from_others() {
    let app = TestApp::spawn().await;
    app.market("세종", 37.5663, 126.9779).await;
    let account = Account::open(&app, "김사과").await;
    let home = json!({ "address": "서울특별시 중구 세종로 1" });
    account.person.client.patch("/v1/users/me", home).await.expect(200);
    account.withdraw().await;
    let left = "SELECT CONCAT_WS(' ', IFNULL(password_hash, '-'), IFNULL(road_address, '-'), \
                IFNULL(latitude, '-'), IFNULL(longitude, '-'), withdrawn_at IS NOT NULL) AS text FROM users";
    assert_eq!(app.text(left).await, "- - - - 1");
    let again = |email: &str, nickname: &str| json!({ "email": email, "password": PASSWORD, "nickname": nickname });
    let taken = app.client.post("/v1/users", again(&account.email, "다른 이름")).await;
    taken.expect_problem(409, "email_taken");
    let taken = app.client.post("/v1/users", again("other@example.com", "김사과")).await;
    taken.expect_problem(409, "nickname_taken");
}

async fn seen(reader: &Client, path: &str, language: &str) -> Value {
    let request = reader.request(Method::GET, path).header("accept-language", language);
    Client::send(request).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_history_stays_by_a_withdrawn_user() {
    let stage = Stage::spawn().await;
    let leader = Account::open(&stage.app, "파티장").await;
    let [member, other] = stage.people().await;
    let path = stage.open(&leader.person).await;
    stage.join(&path, &leader.person, &member).await;
    stage.join(&path, &leader.person, &other).await;
    stage.at(10);
    leader.person.complete(&path, &[(&member, true), (&other, true)]).await.expect(200);
    leader.withdraw().await;

    for (language, name) in [("ko", "탈퇴한 사용자"), ("en", "Withdrawn user")] {
        let party = seen(&member.client, &path, language).await;
        assert_eq!(
            (&party["status"], &party["leader"]["nickname"]),
            (&json!("done"), &json!(name))
        );
        let members = seen(&member.client, &format!("{path}/members"), language).await;
        assert_eq!(members["items"][0]["nickname"], json!(name));
        assert_eq!(members["items"].as_array().unwrap().len(), 3);
        let profile =
            seen(&member.client, &format!("/v1/users/{}", leader.person.id), language).await;
        assert_eq!(profile["nickname"], json!(name));
        assert_eq!(profile["parties_completed"], json!(1), "what was seen through stays");
        let mine = seen(&member.client, "/v1/users/me/parties", language).await;
        assert_eq!(mine["items"][0]["leader"]["nickname"], json!(name));
    }
}
