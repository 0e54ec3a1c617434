//! Leaving the platform: what is erased when the days are over.

use chassis::telemetry;
use chrono::TimeDelta;
use contracts::RoomId;
use serde_json::json;
use testkit::until;

use super::people::Account;
use crate::chat_stand_in::ChatStandIn;
use crate::helpers::{PASSWORD, TestApp};
use crate::parties::stage::{Person, Stage};

/// What is left of somebody in all tables, as far as it tells who they are or what they said.
const LEFT: &str = "SELECT CONCAT_WS(' ', \
    (SELECT COUNT(*) FROM users WHERE email IS NOT NULL OR nickname IS NOT NULL OR road_address IS NOT NULL), \
    (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM refresh_tokens), \
    (SELECT COUNT(*) FROM sign_in_failures), (SELECT COUNT(*) FROM idempotency_keys), \
    (SELECT COUNT(*) FROM party_members WHERE message IS NOT NULL), \
    (SELECT COUNT(*) FROM parties WHERE description IS NOT NULL), \
    (SELECT COUNT(*) FROM reports WHERE text IS NOT NULL OR note IS NOT NULL), \
    (SELECT COUNT(*) FROM blocks), \
    (SELECT COUNT(*) FROM outbox WHERE kind IN ('user.registered.v1', 'user.updated.v1'))) AS text";

/// Somebody with something of everything, who withdraws.
async fn somebody(stage: &Stage, bystander: &Person) -> Account {
    let goer = Account::open(&stage.app, "떠날 사람").await;
    let me = &goer.person.client;
    let named = me.request(reqwest::Method::PATCH, "/v1/users/me").header("idempotency-key", "1");
    let rename = named.json(&json!({ "nickname": "곧 떠날 사람" }));
    testkit::Client::send(rename).await.expect(200);
    stage.app.try_sign_in(&goer.email, "wrong password").await.expect(401);
    let led = stage.open(&goer.person).await;
    bystander.apply(&led, 1).await.expect(201);
    let joined = stage.open_with(bystander, json!({ "description": null })).await;
    let message = json!({ "shares": 1, "message": "제 번호는 010-0000-0000" });
    me.post(&format!("{joined}/applications"), message).await.expect(201);
    let report = json!({
        "reference": { "kind": "user", "user_id": bystander.id }, "reason": "other", "text": "제가 봤어요",
    });
    me.post("/v1/reports", report).await.expect(201);
    let block = format!("/v1/users/me/blocks/{}", bystander.id);
    me.put(&block, json!(null)).await.expect(204);
    let back = format!("/v1/users/me/blocks/{}", goer.person.id);
    bystander.client.put(&back, json!(null)).await.expect(204);
    goer.withdraw().await;
    goer
}

/// Another instance: each erases when it starts, and then now and again.
fn erase(stage: &Stage) -> TestApp {
    let config = Stage::config(&stage.app.database, &stage.catalog);
    stage.app.again(&config)
}

async fn left(stage: &Stage) {
    let sql = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM users WHERE withdrawal_step = 'leave'";
    until("all parties to be left", async || (stage.app.text(sql).await == "0").then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_nothing_is_left_after_the_stated_days() {
    let stage = Stage::spawn().await;
    let bystander = stage.person("남을 사람").await;
    let goer = somebody(&stage, &bystander).await;
    left(&stage).await;
    // As the relay would have it that has published everything.
    stage.run("UPDATE outbox SET published_at = created_at").await;
    // So that it is not forgotten for its age.
    stage.run("UPDATE idempotency_keys SET created_at = '2026-12-23 03:00'").await;
    let before = stage.app.text(LEFT).await;
    assert_eq!(before, "2 2 2 3 1 1 1 1 2 3", "what there is to erase");

    stage.app.clock.advance(TimeDelta::days(29));
    let early = erase(&stage);
    let sign_up = json!({ "email": goer.email, "password": PASSWORD, "nickname": "곧 떠날 사람" });
    early.client.post("/v1/users", sign_up.clone()).await.expect_problem(409, "email_taken");

    stage.app.clock.advance(TimeDelta::days(1));
    early.try_sign_in(&goer.email, "a guess").await.expect(401);
    let eraser = erase(&stage);
    // What is left is of who stayed, and how often somebody failed from here.
    until("the rest to be erased", async || {
        (eraser.text(LEFT).await == "1 1 1 1 0 0 0 0 0 1").then_some(())
    })
    .await;
    eraser.client.post("/v1/users", sign_up).await.expect(201);
    let kept = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM parties), \
                (SELECT COUNT(*) FROM party_members), (SELECT COUNT(*) FROM reports)) AS text";
    assert_eq!(eraser.text(kept).await, "3 2 2 1", "history stays");
    let profile = format!("/v1/users/{}", goer.person.id);
    let profile = bystander.client.get(&profile).await.expect(200);
    assert_eq!(profile["nickname"], json!("탈퇴한 사용자"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_published_yet_is_published_first() {
    let stage = Stage::spawn().await;
    let goer = Account::open(&stage.app, "떠날 사람").await;
    goer.withdraw().await;
    left(&stage).await;
    stage.app.clock.advance(TimeDelta::days(30));
    let eraser = erase(&stage);
    let names = "SELECT CAST(COUNT(nickname) AS CHAR) AS text FROM users";
    until("the name to be erased", async || (eraser.text(names).await == "0").then_some(())).await;
    // Whoever has not heard of it yet would not understand what comes after it.
    assert_eq!(eraser.events("user.registered.v1").await.len(), 1);
    assert_eq!(eraser.events("user.withdrawn.v1").await.len(), 1);
    let told = eraser.events("user.erased.v1").await;
    let known = json!({ "change": "erased", "user_id": goer.person.id, "version": 2 });
    assert_eq!(told, [known], "the others are told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_about_them_is_erased_too() {
    let stage = Stage::spawn().await;
    let (admin, bystander) = (stage.admin().await, stage.person("남을 사람").await);
    let goer = Account::open(&stage.app, "떠날 사람").await;
    let (theirs, another) = (stage.open(&goer.person).await, stage.open(&bystander).await);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let report = async |reference: serde_json::Value, by: &Person| {
        let report =
            json!({ "reference": reference, "reason": "fraud", "text": "떠날 사람이 그랬어요" });
        by.client.post("/v1/reports", report).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let party = |path: &str| json!({ "kind": "party", "party_id": id(path) });
    let of_them = report(json!({ "kind": "user", "user_id": goer.person.id }), &bystander).await;
    report(party(&theirs), &bystander).await;
    report(party(&another), &admin).await;
    for person in [&goer.person, &bystander] {
        let ban = json!({ "scope": "chat", "reason": "떠날 사람과 다툼" });
        let bans = format!("/v1/admin/users/{}/bans", person.id);
        admin.client.post(&bans, ban).await.expect(201);
    }
    let decision = json!({ "resolution": "banned", "note": "떠날 사람에게 알림" });
    let resolve = format!("/v1/admin/reports/{of_them}/resolve");
    admin.client.post(&resolve, decision).await.expect(200);
    goer.withdraw().await;
    left(&stage).await;
    let words = "SELECT CONCAT_WS(' ', \
        (SELECT COUNT(*) FROM reports WHERE text IS NOT NULL), \
        (SELECT COUNT(*) FROM reports WHERE note IS NOT NULL), \
        (SELECT COUNT(*) FROM bans WHERE reason <> '')) AS text";
    stage.app.clock.advance(TimeDelta::days(29));
    let eraser = erase(&stage);
    assert_eq!(eraser.text(words).await, "3 1 2", "until then an administrator may need them");
    stage.app.clock.advance(TimeDelta::days(1));
    let eraser = erase(&stage);
    until("the words to be erased", async || (eraser.text(words).await == "1 0 1").then_some(()))
        .await;
    let bans = admin.client.get(&format!("/v1/admin/bans?user_id={}", goer.person.id)).await;
    assert_eq!(bans.expect(200)["items"].as_array().unwrap().len(), 1, "that there was one stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_taken_out_of_a_party_is_erased_and_keeps_nobody_waiting() {
    let stage = Stage::spawn().await;
    telemetry::init_metrics().unwrap();
    let stuck = Account::open(&stage.app, "막힌 사람").await;
    let goer = Account::open(&stage.app, "떠날 사람").await;
    for leader in [&stuck, &goer] {
        stage.open(&leader.person).await;
    }
    let whole = stage.open(&stuck.person).await;
    // A row that says what no writer of ours writes, before all others.
    let broken = format!(
        "UPDATE parties SET unit = '', id = x'00000000000000000000000000000001' \
         WHERE leader_id = {} AND id <> x'{}'",
        super::people::sql_id(stuck.person.id),
        whole.rsplit('/').next().unwrap().replace('-', ""),
    );
    stage.run(&broken).await;
    stuck.withdraw().await;
    goer.withdraw().await;
    let steps = "SELECT GROUP_CONCAT(withdrawal_step ORDER BY withdrawn_at, id) AS text FROM users";
    until("the other to be done with", async || {
        (stage.app.text(steps).await == "leave,erase").then_some(())
    })
    .await;
    let cancelled = "SELECT CAST(SUM(status = 'cancelled') AS CHAR) AS text FROM parties";
    assert_eq!(stage.app.text(cancelled).await, "2", "what can be left is left");

    stage.app.clock.advance(TimeDelta::minutes(10));
    let _watcher = erase(&stage);
    until("operators to see it", async || {
        let seen = "withdrawals_overdue{step=\"leave\"} 1";
        telemetry::render_metrics().contains(seen).then_some(())
    })
    .await;
    stage.app.clock.advance(TimeDelta::days(30));
    let eraser = erase(&stage);
    until("both to be erased", async || (eraser.text(steps).await == "done,done").then_some(()))
        .await;
    let names = "SELECT CAST(COUNT(nickname) + COUNT(email) AS CHAR) AS text FROM users";
    assert_eq!(eraser.text(names).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_they_said_in_a_reported_message_is_erased() {
    let chat = ChatStandIn::start();
    let stage = Stage::spawn_with(|config| config.chat = chat.config()).await;
    let bystander = stage.person("남을 사람").await;
    let goer = Account::open(&stage.app, "떠날 사람").await;
    let room = RoomId::new();
    let seq = chat.say(room, goer.person.id, "제 번호는 010-0000-0000");
    let reference = json!({ "kind": "message", "room_id": room, "seq": seq });
    let report =
        json!({ "reference": reference, "reason": "spam", "text": "떠날 사람이 그랬어요" });
    bystander.client.post("/v1/reports", report).await.expect(201);
    goer.withdraw().await;
    left(&stage).await;
    let words =
        "SELECT CONCAT_WS(' ', COUNT(said), COUNT(text), COUNT(said_by)) AS text FROM reports";
    assert_eq!(stage.app.text(words).await, "1 1 1");
    stage.app.clock.advance(TimeDelta::days(30));
    let eraser = erase(&stage);
    until("the words to be erased", async || (eraser.text(words).await == "0 0 1").then_some(()))
        .await;
}
