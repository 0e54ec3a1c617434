//! Bans: who may give them, what they keep somebody from, and how they end.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, until};

use super::people::{Account, sql_id};
use crate::helpers::PASSWORD;
use crate::parties::stage::{Person, Stage, hours};

async fn ban(admin: &Person, whom: &Person, body: Value) -> Value {
    let path = format!("/v1/admin/users/{}/bans", whom.id);
    admin.client.post(&path, body).await.expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_from_everything_signs_out_and_keeps_out_until_its_end() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let account = Account::open(&stage.app, "수상한 사람").await;
    let end = stage.app.clock.now() + TimeDelta::days(7);
    let given = json!({ "scope": "all", "reason": "사기", "ends_at": end });
    let given = ban(&admin, &account.person, given).await;
    assert_eq!((&given["active"], &given["user_id"]), (&json!(true), &json!(account.person.id)));
    account.person.client.get("/v1/users/me").await.expect_problem(401, "session_revoked");

    let refused = stage.app.try_sign_in(&account.email, PASSWORD).await;
    refused.expect_problem(403, "banned");
    assert_eq!(
        refused.body["detail"],
        json!("2026-11-30 12:00(한국 시간)까지 정지되었습니다. 사유: 사기")
    );
    let request = stage.app.client.request(Method::POST, "/v1/sessions");
    let credentials = json!({ "email": account.email, "password": PASSWORD });
    let english = Client::send(request.header("accept-language", "en").json(&credentials)).await;
    assert_eq!(
        english.body["detail"],
        json!("The ban ends on 2026-11-30 at 12:00 Korean time. The reason: 사기")
    );
    // Whoever does not know the password learns nothing.
    let guess = stage.app.try_sign_in(&account.email, "not the password").await;
    guess.expect_problem(401, "invalid_credentials");

    stage.app.clock.advance(TimeDelta::days(7));
    stage.app.tokens(&account.email).await;
    let told = stage.app.events("ban.given.v1").await;
    assert_eq!(
        told,
        [json!({
            "change": "given", "ban_id": given["id"], "user_id": account.person.id,
            "scope": "all", "ends_at": "2026-11-30T03:00:00Z",
        })]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_keeps_from_what_it_names_and_from_nothing_else() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [leader, joiner, writer] = stage.people().await;
    for (person, scope) in [(&leader, "lead"), (&joiner, "join"), (&writer, "chat")] {
        ban(&admin, person, json!({ "scope": scope, "reason": "규칙 위반" })).await;
    }
    let wish = stage.wish();
    leader.client.post("/v1/parties", wish.clone()).await.expect_problem(403, "banned");
    let path = stage.open(&joiner).await;
    stage.open(&writer).await;
    joiner.client.get("/v1/users/me").await.expect(200);
    leader.apply(&path, 1).await.expect(201);
    writer.apply(&path, 1).await.expect(201);
    let refused = joiner.apply(&stage.open(&writer).await, 1).await;
    refused.expect_problem(403, "banned");
    let mine = joiner.client.get("/v1/users/me/bans").await.expect(200);
    assert_eq!(mine["items"][0]["reason"], json!("규칙 위반"));
    assert_eq!(mine["items"][0].get("given_by"), None, "who gave it is for administrators");
    let theirs = leader.client.get("/v1/users/me/bans").await.expect(200);
    assert_eq!(theirs["items"][0]["scope"], json!("lead"));
    assert_eq!(refused.body["detail"], json!("영구 정지되었습니다. 사유: 규칙 위반"));
}

/// Waits until nobody is left in a party that a ban keeps them from.
async fn all_enforced(stage: &Stage) {
    let sql = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM bans \
               WHERE NOT is_enforced AND lifted_at IS NULL";
    until("all bans to be enforced", async || (stage.app.text(sql).await == "0").then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_who_is_banned_from_joining_is_accepted_by_nobody() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [leader, applicant, member] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    applicant.apply(&path, 1).await.expect(201);
    for person in [&applicant, &member] {
        ban(&admin, person, json!({ "scope": "join", "reason": "노쇼" })).await;
    }
    leader.accept(&path, &applicant).await.expect_problem(404, "application_not_found");
    // Nobody else learns of it.
    applicant.accept(&path, &applicant).await.expect_problem(403, "not_the_leader");
    all_enforced(&stage).await;
    assert_eq!(stage.see(&path, &applicant).await["me"]["status"], json!("withdrawn"));
    // Others count on whoever has been accepted.
    assert_eq!(stage.see(&path, &member).await["me"]["status"], json!("accepted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_banned_leads_no_party_on() {
    for scope in ["all", "lead"] {
        let stage = Stage::spawn().await;
        let admin = stage.admin().await;
        let [leader, member, applicant, other] = stage.people().await;
        let (open, locked) = (stage.open(&leader).await, stage.open(&leader).await);
        let soon = json!({ "starts_at": hours(1), "join_deadline": hours(1) });
        let begun = stage.open_with(&leader, soon).await;
        let joined = stage.open(&other).await;
        applicant.apply(&open, 1).await.expect(201);
        for (path, leader, person) in
            [(&locked, &leader, &member), (&begun, &leader, &member), (&joined, &other, &leader)]
        {
            stage.join(path, leader, person).await;
        }
        leader.lock(&locked).await.expect(200);
        leader.lock(&begun).await.expect(200);
        stage.at(2);
        ban(&admin, &leader, json!({ "scope": scope, "reason": "사기" })).await;
        all_enforced(&stage).await;
        for path in [&open, &locked] {
            let party = stage.see(path, &other).await;
            assert_eq!(party["status"], json!("cancelled"));
            assert_eq!(party["cancelled_by"], json!("moderation"));
        }
        // They are at it: whoever was to come can still say who did not.
        assert_eq!(stage.see(&begun, &member).await["status"], json!("locked"));
        let taken = stage.see(&joined, &other).await["taken_shares"].clone();
        assert_eq!(taken, json!(if scope == "all" { 1 } else { 2 }), "{scope}");
        let told = stage.app.events("party.cancelled.v1").await;
        assert_eq!(told.len(), 2, "each once");
        for event in told {
            assert!(event.get("actor_id").is_none_or(Value::is_null), "the leader is told too");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_is_over_takes_nobody_out() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [leader, next] = stage.people().await;
    let (path, after) = (stage.open(&leader).await, stage.open(&next).await);
    // Lifted before anything could be done about it.
    stage
        .run(&format!(
            "INSERT INTO bans (id, user_id, scope, reason, given_by, created_at, lifted_at) \
             VALUES (UNHEX(MD5(1)), {}, 'all', 'x', {}, NOW(), NOW())",
            sql_id(leader.id),
            sql_id(admin.id)
        ))
        .await;
    ban(&admin, &next, json!({ "scope": "lead", "reason": "사기" })).await;
    all_enforced(&stage).await;
    assert_eq!(stage.see(&after, &leader).await["status"], json!("cancelled"));
    assert_eq!(stage.see(&path, &leader).await["status"], json!("open"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_lifted_once() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let account = Account::open(&stage.app, "억울한 사람").await;
    let given = ban(&admin, &account.person, json!({ "scope": "all", "reason": "오해" })).await;
    let lift = format!("/v1/admin/bans/{}/lift", given["id"].as_str().unwrap());
    let lifted = admin.client.act(&lift).await.expect(200);
    assert_eq!((&lifted["active"], lifted["lifted_at"].is_string()), (&json!(false), true));
    let again = admin.client.act(&lift).await.expect(200);
    assert_eq!(again["lifted_at"], lifted["lifted_at"]);
    stage.app.tokens(&account.email).await;
    assert_eq!(stage.app.events("ban.lifted.v1").await.len(), 1);
    let unknown = "/v1/admin/bans/019b0000-0000-7000-8000-000000000000/lift";
    admin.client.act(unknown).await.expect_problem(404, "ban_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ban_is_refused() {
    let stage = Stage::spawn().await;
    let (admin, colleague) = (stage.admin().await, stage.person("이웃집").await);
    let path = format!("/v1/admin/users/{}/bans", colleague.id);
    let good = json!({ "scope": "join", "reason": "노쇼" });
    for (body, pointers) in [
        (json!({ "scope": "join" }), vec!["/reason"]),
        (json!({ "scope": "join", "reason": " " }), vec!["/reason"]),
        (json!({ "scope": "everything", "reason": "a" }), vec!["/scope"]),
        (json!({ "scope": "join", "reason": "a", "ends_at": hours(0) }), vec!["/ends_at"]),
        (json!({ "scope": "join", "reason": "a", "ends_at": "soon" }), vec!["/ends_at"]),
    ] {
        admin.client.post(&path, body).await.expect_invalid(&pointers);
    }
    let unknown = "/v1/admin/users/019b0000-0000-7000-8000-000000000000/bans";
    admin.client.post(unknown, good.clone()).await.expect_problem(404, "user_not_found");
    let oneself = format!("/v1/admin/users/{}/bans", admin.id);
    admin.client.post(&oneself, good.clone()).await.expect_problem(409, "admin_not_bannable");
    admin.client.post(&path, good.clone()).await.expect(201);
    admin.client.post(&path, good.clone()).await.expect_problem(409, "already_banned");
    admin.client.post(&path, json!({ "scope": "chat", "reason": "욕설" })).await.expect(201);
    let list = admin.client.get("/v1/admin/bans?limit=1").await.expect(200);
    assert_eq!(list["items"][0]["scope"], json!("chat"));
    let next = format!("/v1/admin/bans?cursor={}", list["next_cursor"].as_str().unwrap());
    let rest = admin.client.get(&next).await.expect(200);
    assert_eq!(rest["items"][0]["scope"], json!("join"));
    let none = format!("/v1/admin/bans?user_id={}", admin.id);
    assert_eq!(admin.client.get(&none).await.expect(200)["items"], json!([]));
    // Only administrators get that far, whatever they send.
    for route in [path.as_str(), "/v1/admin/users", "/v1/admin/bans", "/v1/admin/log"] {
        let stranger = colleague.client.post(route, json!("no object")).await;
        assert!(matches!(stranger.status.as_u16(), 403 | 405), "{route}: {stranger:?}");
    }
    colleague.client.get("/v1/admin/users").await.expect_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn d07_administrators_find_people_by_nickname_and_see_no_address() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let goer = Account::open(&stage.app, "사과 100%").await;
    stage.person("사과 1000").await;
    let find = |text: &'static str| {
        let client = admin.client.clone();
        async move { client.get(&format!("/v1/admin/users?nickname={text}")).await.expect(200) }
    };
    assert_eq!(super::people::names(&find("사과").await), ["사과 1000", "사과 100%"]);
    let found = find("100%25").await;
    assert_eq!(super::people::names(&found), [goer.nickname.as_str()], "a wildcard is a letter");
    assert!(!found.to_string().contains(&goer.email));
    goer.withdraw().await;
    assert_eq!(find("100%25").await["items"], json!([]), "the name is not told any more");
    let all = admin.client.get("/v1/admin/users").await.expect(200);
    assert_eq!(super::people::names(&all), ["사과 1000", "탈퇴한 사용자", "지킴이"]);
}
