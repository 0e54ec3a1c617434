//! Signing up, one's own account, and what others see of it.

use crate::helpers::{PASSWORD, TestApp};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;

fn kim() -> Value {
    json!({ "email": "Kim@Example.com", "password": PASSWORD, "nickname": "김사과" })
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_signs_up() {
    let app = TestApp::spawn().await;
    let account = app.client.post("/v1/users", kim()).await.expect(201);
    let expected = json!({
        "id": account["id"], "email": "kim@example.com", "nickname": "김사과", "role": "user",
        "locale": "ko", "address": null, "created_at": "2026-11-23T03:00:00Z",
    });
    assert_eq!(account, expected);
    let me = app.sign_in("kim@example.com").await;
    let mut seen = me.get("/v1/users/me").await.expect(200);
    let standing = json!({
        "badge": "⭐", "penalties": 0,
        "oldest_penalty_counts_until": null, "leading_suspended_until": null,
    });
    assert_eq!(seen.as_object_mut().unwrap().remove("standing"), Some(standing));
    assert_eq!(seen, expected);

    let events = app.events("user.registered.v1").await;
    let snapshot = json!({
        "change": "registered", "user_id": account["id"], "version": 1, "nickname": "김사과",
        "locale": "ko",
    });
    assert_eq!(events, [snapshot]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_becomes_a_place() {
    let app = TestApp::spawn().await;
    app.market("세종", 37.5663, 126.9779).await;
    let mut account = kim();
    account["address"] = json!(" 서울 중구 세종로 1 ");
    account["locale"] = json!("en");
    let account = app.client.post("/v1/users", account).await.expect(201);
    assert_eq!(account["locale"], "en");
    let home = json!({ "road_address": "서울특별시 중구 세종로 1", "latitude": 37.5663, "longitude": 126.9779 });
    assert_eq!(account["address"], home);
    let event = &app.events("user.registered.v1").await[0];
    assert_eq!((&event["latitude"], &event["locale"]), (&json!(37.5663), &json!("en")));
    assert!(!event.to_string().contains("세종로"), "the address itself is nobody's business");
}

#[tokio::test(flavor = "multi_thread")]
async fn d01_nobody_signs_up_as_an_administrator() {
    let app = TestApp::spawn().await;
    for field in ["role", "roles", "is_admin", "status", "id", "version"] {
        let mut account = kim();
        account[field] = json!("admin");
        app.client.post("/v1/users", account).await.expect_invalid(&[&format!("/{field}")]);
    }
    let me = app.sign_up("김사과").await;
    me.patch("/v1/users/me", json!({ "role": "admin" })).await.expect_invalid(&["/role"]);
    assert_eq!(me.get("/v1/users/me").await.expect(200)["role"], "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn d08_every_refused_field_is_named_at_once_in_the_readers_language() {
    let app = TestApp::spawn().await;
    let all = ["/email", "/password", "/nickname", "/address", "/locale"];
    let bad = json!({
        "email": "kim", "password": "1234", "nickname": "\u{3164}\u{3164}", "address": "\n",
        "locale": "fr",
    });
    let korean = app.client.post("/v1/users", bad.clone()).await;
    korean.expect_invalid(&all);
    assert_eq!(korean.body["errors"][0]["detail"], "이메일 형식이 올바르지 않습니다");
    let request = app.client.request(Method::POST, "/v1/users").header("accept-language", "en");
    let english = Client::send(request.json(&bad)).await;
    english.expect_invalid(&all);
    assert_eq!(english.body["errors"][0]["detail"], "This is not an e-mail address");

    let nothing = app.client.post("/v1/users", json!({})).await;
    nothing.expect_invalid(&["/email", "/password", "/nickname"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_values_of_each_field_are_refused() {
    let app = TestApp::spawn().await;
    let too_long = "가".repeat(300);
    for (field, bad) in [
        ("email", json!("")),
        ("email", json!("kim@localhost")),
        ("email", json!(format!("{}@example.com", "a".repeat(255)))),
        ("email", json!(17)),
        ("email", json!(null)),
        ("password", json!("")),
        ("password", json!("password1")),
        ("password", json!("kim@EXAMPLE.com")),
        ("password", json!(too_long)),
        ("password", json!(["x"])),
        ("nickname", json!("")),
        ("nickname", json!("가")),
        ("nickname", json!(too_long)),
        ("nickname", json!("가\u{0}나")),
        ("nickname", json!("관리 자")),
        ("nickname", json!("ADMIN")),
        ("nickname", json!({})),
        ("address", json!("")),
        ("address", json!(too_long)),
        ("address", json!("없는 주소 999")),
        ("address", json!(1.5)),
        ("locale", json!("")),
        ("locale", json!("KO")),
        ("locale", json!(true)),
    ] {
        let mut account = kim();
        account[field] = bad;
        app.client.post("/v1/users", account).await.expect_invalid(&[&format!("/{field}")]);
    }
    app.client.post("/v1/users", json!([])).await.expect_invalid(&[""]);
    app.client.post("/v1/users", kim()).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused() {
    let app = TestApp::spawn().await;
    let post = |body: &'static str, kind: &'static str| {
        app.client.request(Method::POST, "/v1/users").header("content-type", kind).body(body)
    };
    Client::send(post("{", "application/json")).await.expect_problem(400, "malformed_request");
    Client::send(post("{}", "text/plain")).await.expect_problem(415, "unsupported_media_type");
    let huge = json!({ "nickname": "가".repeat(100_000) });
    app.client.post("/v1/users", huge).await.expect_problem(413, "body_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_once() {
    let app = TestApp::spawn().await;
    app.client.post("/v1/users", kim()).await.expect(201);
    app.client.post("/v1/users", kim()).await.expect_problem(409, "email_taken");
    let same_mailbox =
        json!({ "email": "KIM@example.COM", "password": PASSWORD, "nickname": "이배" });
    app.client.post("/v1/users", same_mailbox).await.expect_problem(409, "email_taken");
    let same_name =
        json!({ "email": "lee@example.com", "password": PASSWORD, "nickname": "김사과" });
    app.client.post("/v1/users", same_name).await.expect_problem(409, "nickname_taken");
    for (first, lookalike) in [("Apple", "apple"), ("Ｐｅａｒ", "Pear"), ("Café", "Cafe")] {
        app.register(first).await;
        let account =
            json!({ "email": "x@example.com", "password": PASSWORD, "nickname": lookalike });
        app.client.post("/v1/users", account).await.expect_problem(409, "nickname_taken");
    }
    assert_eq!(app.events("user.registered.v1").await.len(), 4, "a refusal is no event");
    for other in ["🍎🍎", "🍐🍐", "사과 장수", "사과장수"] {
        app.register(other).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_sign_up_at_once_under_one_name_one_does() {
    let app = TestApp::spawn().await;
    let same_email = (0..8).map(|n| {
        json!({ "email": "kim@example.com", "password": PASSWORD, "nickname": format!("김사과{n}") })
    });
    let same_nickname = (0..8).map(|n| {
        json!({ "email": format!("lee{n}@example.com"), "password": PASSWORD, "nickname": "이배" })
    });
    let requests =
        same_email.chain(same_nickname).map(|account| app.client.post("/v1/users", account));
    let answers = join_all(requests).await;
    for (answers, code) in [(&answers[..8], "email_taken"), (&answers[8..], "nickname_taken")] {
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        let taken = answers.iter().filter(|answer| answer.code() == code).count();
        assert_eq!((created, taken), (1, 7), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d06_a_profile_changes_only_where_asked() {
    let app = TestApp::spawn().await;
    app.market("세종", 37.5663, 126.9779).await;
    app.market("테헤란", 37.5, 127.0366).await;
    let me = app.sign_up("김사과").await;
    let before = me.get("/v1/users/me").await.expect(200);
    let change = async |body: Value| me.patch("/v1/users/me", body).await.expect(200);

    let at_home = change(json!({ "address": "서울 중구 세종로 1" })).await;
    assert_eq!(at_home["address"]["latitude"], 37.5663);
    assert_eq!(at_home["nickname"], before["nickname"]);
    let renamed = change(json!({ "nickname": "김배" })).await;
    assert_eq!((&renamed["nickname"], &renamed["address"]), (&json!("김배"), &at_home["address"]));
    let moved = change(json!({ "address": "서울 중구 테헤란로 1", "locale": "en" })).await;
    assert_eq!(moved["address"]["longitude"], 127.0366, "a new address has new coordinates");
    assert_eq!(moved["locale"], "en");
    let homeless = change(json!({ "address": null })).await;
    assert_eq!((&homeless["address"], &homeless["nickname"]), (&Value::Null, &json!("김배")));
    assert_eq!(homeless["email"], before["email"]);
    let mut seen = me.get("/v1/users/me").await.expect(200);
    seen.as_object_mut().unwrap().remove("standing");
    assert_eq!(seen, homeless);
    app.sign_in(before["email"].as_str().unwrap()).await;

    let versions: Vec<_> =
        app.events("user.updated.v1").await.iter().map(|event| event["version"].clone()).collect();
    assert_eq!(versions, [2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d06_a_nickname_of_another_is_refused() {
    let app = TestApp::spawn().await;
    app.register("이배").await;
    let me = app.sign_up("김사과").await;
    let taken = json!({ "nickname": "이배", "locale": "en" });
    me.patch("/v1/users/me", taken).await.expect_problem(409, "nickname_taken");
    assert_eq!(me.get("/v1/users/me").await.expect(200)["locale"], "ko", "all or nothing");
    me.patch("/v1/users/me", json!({ "nickname": "김사과" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_changes_are_refused_and_no_change_is_none() {
    let app = TestApp::spawn().await;
    let me = app.sign_up("김사과").await;
    let bad = json!({ "nickname": "가", "address": "", "locale": "xx" });
    me.patch("/v1/users/me", bad).await.expect_invalid(&["/nickname", "/address", "/locale"]);
    for (field, bad) in [
        ("nickname", json!(null)),
        ("nickname", json!(5)),
        ("locale", json!(null)),
        ("address", json!("없는 주소 999")),
        ("address", json!(["x"])),
        ("email", json!("other@example.com")),
        ("password", json!("other password")),
    ] {
        let answer = me.patch("/v1/users/me", json!({ field: bad })).await;
        answer.expect_invalid(&[&format!("/{field}")]);
    }
    for nothing in [json!({}), json!({ "nickname": "김사과" }), json!({ "address": null })] {
        me.patch("/v1/users/me", nothing).await.expect(200);
    }
    assert!(app.events("user.updated.v1").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_sent_twice_under_one_key_happens_once() {
    let app = TestApp::spawn().await;
    let me = app.sign_up("김사과").await;
    let rename = |name: &str| {
        let request = me.request(Method::PATCH, "/v1/users/me").header("idempotency-key", "k-1");
        Client::send(request.json(&json!({ "nickname": name })))
    };
    let first = rename("김배").await.expect(200);
    me.patch("/v1/users/me", json!({ "nickname": "김귤" })).await.expect(200);
    assert_eq!(rename("김배").await.expect(200), first);
    assert_eq!(me.get("/v1/users/me").await.expect(200)["nickname"], "김귤");
    rename("다른이").await.expect_problem(422, "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn d07_others_see_a_name_and_nothing_that_leads_to_the_person() {
    let app = TestApp::spawn().await;
    app.market("세종", 37.5663, 126.9779).await;
    let kim = app.sign_up("김사과").await;
    kim.patch("/v1/users/me", json!({ "address": "서울 중구 세종로 1" })).await.expect(200);
    let id = kim.get("/v1/users/me").await.expect(200)["id"].as_str().unwrap().to_owned();

    let stranger = app.sign_up("이배").await;
    for reader in [&stranger, &kim] {
        let seen = reader.get(&format!("/v1/users/{id}")).await.expect(200);
        let expected = json!({
            "id": id, "nickname": "김사과", "badge": "⭐", "penalties": 0, "parties_completed": 0,
            "member_since": "2026-11-23T03:00:00Z",
        });
        assert_eq!(seen, expected);
    }
    let unknown = uuid::Uuid::now_v7();
    stranger.get(&format!("/v1/users/{unknown}")).await.expect_problem(404, "user_not_found");
    for none in ["1", "kim@example.com", "%00", "me2"] {
        stranger.get(&format!("/v1/users/{none}")).await.expect_problem(404, "not_found");
    }
    app.client.get(&format!("/v1/users/{id}")).await.expect_problem(401, "unauthenticated");
}
