//! Reports: of people, parties and messages.

use contracts::RoomId;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::chat_stand_in::ChatStandIn;
use crate::parties::stage::{Person, Stage};

const NOBODY: &str = "019b0000-0000-7000-8000-000000000000";

fn about(reference: &Value) -> Value {
    json!({ "reference": reference, "reason": "fraud", "text": "돈만 받고 사라졌어요" })
}

async fn reports(admin: &Person, query: &str) -> Vec<Value> {
    let list = admin.client.get(&format!("/v1/admin/reports{query}")).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_one_open_report_of_one_thing() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [reporter, other, bad] = stage.people().await;
    let report = about(&json!({ "kind": "user", "user_id": bad.id }));
    let at_once = (0..8).map(|_| reporter.client.post("/v1/reports", report.clone()));
    let mut ids: Vec<_> =
        join_all(at_once).await.into_iter().map(|one| one.expect(201)["id"].clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    other.client.post("/v1/reports", report.clone()).await.expect(201);
    let open = reports(&admin, "").await;
    assert_eq!(open.len(), 2);
    assert_eq!(open[0]["id"], ids[0], "who has waited longest comes first");
    assert_eq!(open[0]["reporter_id"], json!(reporter.id));
    assert_eq!((&open[0]["outcome"], &open[0]["decided_by"]), (&json!(null), &json!(null)));

    let resolve = format!("/v1/admin/reports/{}/resolve", ids[0].as_str().unwrap());
    let resolution = json!({ "resolution": "dismissed", "note": "서로 아는 사이입니다" });
    let resolved = admin.client.post(&resolve, resolution.clone()).await.expect(200);
    assert_eq!(resolved["outcome"]["resolution"], json!("dismissed"));
    assert_eq!(resolved["decided_by"], json!(admin.id));
    // The reporter learns what came of it, and of nothing else.
    let mine = reporter.client.get("/v1/reports").await.expect(200);
    assert_eq!(mine["items"][0]["outcome"], resolved["outcome"]);
    assert_eq!((mine["items"][0].get("note"), mine["items"][0].get("decided_by")), (None, None));
    let theirs = other.client.get("/v1/reports").await.expect(200);
    assert_eq!(theirs["items"][0]["outcome"], json!(null));
    let again = admin.client.post(&resolve, resolution.clone()).await;
    again.expect_problem(409, "report_already_resolved");
    assert_eq!(reports(&admin, "?status=resolved").await.len(), 1);
    assert_eq!(reports(&admin, "?status=open").await.len(), 1);
    let new = reporter.client.post("/v1/reports", report).await.expect(201);
    assert_ne!(new["id"], ids[0], "it may be reported anew");
    let unknown = format!("/v1/admin/reports/{NOBODY}/resolve");
    admin.client.post(&unknown, resolution).await.expect_problem(404, "report_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_parties_and_messages_are_reported() {
    let (stage, chat) = with_chat().await;
    let admin = stage.admin().await;
    let [leader, reporter] = stage.people().await;
    let path = stage.open(&leader).await;
    let party = path.rsplit('/').next().unwrap();
    let room = RoomId::new();
    let seq = chat.say(room, leader.id, "선입금하면 싸게 드려요");
    for reference in [
        json!({ "kind": "user", "user_id": leader.id }),
        json!({ "kind": "party", "party_id": party }),
        message(room, seq),
    ] {
        let report = reporter.client.post("/v1/reports", about(&reference)).await;
        assert_eq!(report.expect(201)["reference"], reference);
    }
    let all = reports(&admin, "?limit=100").await;
    assert_eq!(all.len(), 3);
    assert_eq!((&all[0]["said"], &all[1]["said"]), (&json!(null), &json!(null)));
    // Whoever decides reads what was said, also when it is gone from the room.
    chat.remove(room, seq);
    let said = json!({
        "by": leader.id, "content": "선입금하면 싸게 드려요", "at": "2026-11-23T03:00:00Z",
    });
    assert_eq!(reports(&admin, "?limit=100").await[2]["said"], said);
    let page = admin.client.get("/v1/admin/reports?limit=2").await.expect(200);
    let next = format!("?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(reports(&admin, &next).await.len(), 1);
    let mine = reporter.client.get("/v1/reports?limit=2").await.expect(200);
    assert_eq!(mine["items"][0]["reference"], message(room, seq));
    let next = format!("/v1/reports?cursor={}", mine["next_cursor"].as_str().unwrap());
    let rest = reporter.client.get(&next).await.expect(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
}

/// A stage with a chat.
async fn with_chat() -> (Stage, ChatStandIn) {
    let chat = ChatStandIn::start();
    let stage = Stage::spawn_with(|config| config.chat = chat.config()).await;
    (stage, chat)
}

fn message(room: RoomId, seq: u64) -> Value {
    json!({ "kind": "message", "room_id": room, "seq": seq })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_cannot_read_one_cannot_report() {
    let (stage, chat) = with_chat().await;
    let [writer, reporter] = stage.people().await;
    let room = RoomId::new();
    let seqs = [
        chat.happen(room, writer.id),
        chat.say(room, writer.id, "나쁜 말"),
        chat.say(room, reporter.id, "제 말"),
    ];
    chat.remove(room, seqs[1]);
    let post = |reference: Value| reporter.client.post("/v1/reports", about(&reference));
    for reference in [
        message(RoomId::new(), 1),
        message(room, 0),
        message(room, seqs[0]),
        message(room, seqs[1]),
        message(room, 4),
        message(room, u64::MAX),
    ] {
        post(reference).await.expect_problem(404, "message_not_found");
    }
    post(message(room, seqs[2])).await.expect_invalid(&["/reference"]);
    let seq = chat.say(room, writer.id, "또 나쁜 말");
    for status in [500, 503, 401] {
        chat.fail(Some(status));
        post(message(room, seq)).await.expect_problem(503, "unavailable");
    }
    chat.fail(None);
    post(message(room, seq)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_is_done() {
    let (stage, chat) = with_chat().await;
    let admin = stage.admin().await;
    let [leader, member, reporter] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    let room = RoomId::new();
    let seq = chat.say(room, leader.id, "선입금하면 싸게 드려요");
    let report = async |reference: Value| {
        let report = reporter.client.post("/v1/reports", about(&reference)).await.expect(201);
        format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap())
    };
    let person = report(json!({ "kind": "user", "user_id": leader.id })).await;
    let party = path.rsplit('/').next().unwrap();
    let party = report(json!({ "kind": "party", "party_id": party })).await;
    let words = report(message(room, seq)).await;
    let decide = |path: &str, resolution: &str| {
        let (path, body) = (path.to_owned(), json!({ "resolution": resolution }));
        let client = admin.client.clone();
        async move { client.post(&path, body).await }
    };
    decide(&person, "removed").await.expect_problem(409, "not_removable");
    decide(&person, "penalized").await.expect_problem(409, "not_about_absence");
    for path in [&person, &party, &words] {
        decide(path, "banned").await.expect_problem(409, "not_banned");
    }
    decide(&words, "removed").await.expect(200);
    let told = stage.app.events("message.removed.v1").await;
    assert_eq!(told, [json!({ "room_id": room, "seq": seq })]);
    decide(&words, "removed").await.expect_problem(409, "report_already_resolved");
    assert_eq!(stage.app.events("message.removed.v1").await.len(), 1);

    decide(&party, "removed").await.expect(200);
    let seen = stage.see(&path, &member).await;
    assert_eq!(
        (&seen["status"], &seen["cancelled_by"]),
        (&json!("cancelled"), &json!("moderation"))
    );
    let ban = format!("/v1/admin/users/{}/bans", leader.id);
    admin.client.post(&ban, json!({ "scope": "lead", "reason": "사기" })).await.expect(201);
    decide(&person, "banned").await.expect(200);
    let log = admin.client.get("/v1/admin/log").await.expect(200);
    let done: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|e| e["action"].clone()).collect();
    assert_eq!(
        done,
        [
            "report_resolved",
            "user_banned",
            "report_resolved",
            "party_removed",
            "report_resolved",
            "message_removed",
        ]
    );
    assert_eq!(log["items"][5]["detail"], json!({ "seq": seq }));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_administrator_decides_about_what_they_have_said() {
    let (stage, chat) = with_chat().await;
    let (admin, reporter) = (stage.admin().await, stage.person("이웃집").await);
    let room = RoomId::new();
    let seq = chat.say(room, admin.id, "나쁜 말");
    let report = about(&message(room, seq));
    let report = reporter.client.post("/v1/reports", report).await.expect(201);
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    let refused = admin.client.post(&resolve, json!({ "resolution": "dismissed" })).await;
    refused.expect_problem(403, "own_case");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_report_is_refused() {
    let stage = Stage::spawn().await;
    let [me, other] = stage.people().await;
    let post = |body| me.client.post("/v1/reports", body);
    for (kind, id, code) in
        [("user", "user_id", "user_not_found"), ("party", "party_id", "party_not_found")]
    {
        let mut reference = json!({ "kind": kind });
        reference[id] = json!(NOBODY);
        post(about(&reference)).await.expect_problem(404, code);
    }
    post(about(&json!({ "kind": "user", "user_id": me.id })))
        .await
        .expect_invalid(&["/reference/user_id"]);
    let user = json!({ "kind": "user", "user_id": other.id });
    let long = json!({ "reference": user, "reason": "spam", "text": "가".repeat(1001) });
    post(long).await.expect_invalid(&["/text"]);
    for body in [
        json!({ "reason": "spam" }),
        json!({ "reference": user, "reason": "I do not like them" }),
        json!({ "reference": { "kind": "market", "market_id": NOBODY }, "reason": "spam" }),
        json!({ "reference": { "kind": "message", "room_id": NOBODY }, "reason": "spam" }),
        json!({ "reference": user, "reason": "spam", "resolution": "banned" }),
    ] {
        post(body).await.expect_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_floods_the_administrators() {
    let (stage, chat) = with_chat().await;
    let [reporter, writer] = stage.people().await;
    let room = RoomId::new();
    for _ in 1..=60 {
        chat.say(room, writer.id, "같은 말");
    }
    let report = |seq| reporter.client.post("/v1/reports", about(&message(room, seq)));
    let answers = join_all((1..=60).map(report)).await;
    let (filed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 201);
    assert_eq!((filed.len(), refused.len()), (50, 10));
    for answer in refused {
        answer.expect_problem(409, "too_many_reports");
    }
}
