//! One document of all that the platform holds about somebody: whole, or none.

use serde_json::json;

use super::export_stand_in::ExportStandIn;
use super::people::Account;
use crate::parties::stage::Stage;

const PATH: &str = "/v1/users/me/export";

async fn stage(others: &ExportStandIn) -> Stage {
    Stage::spawn_with(|config| {
        config.chat.url.clone_from(&others.url);
        config.export.notify_url.clone_from(&others.url);
        config.export.max_part_bytes = 1000;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_held_is_told_to_its_owner() {
    let others = ExportStandIn::start();
    let stage = stage(&others).await;
    let admin = stage.admin().await;
    let me = Account::open(&stage.app, "김사과").await;
    let neighbour = stage.person("이웃집").await;
    stage.open(&me.person).await;
    let joined = stage.open(&neighbour).await;
    let message = json!({ "shares": 1, "message": "근처에 살아요" });
    let client = &me.person.client;
    client.post(&format!("{joined}/applications"), message).await.expect(201);
    let reference = json!({ "kind": "user", "user_id": neighbour.id });
    let report = json!({ "reference": reference, "reason": "spam", "text": "자꾸 광고해요" });
    client.post("/v1/reports", report).await.expect(201);
    client.put(&format!("/v1/users/me/blocks/{}", neighbour.id), json!(null)).await.expect(204);
    let bans = format!("/v1/admin/users/{}/bans", me.person.id);
    admin.client.post(&bans, json!({ "scope": "chat", "reason": "욕설" })).await.expect(201);

    let answer = client.get(PATH).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let export = answer.expect(200);
    assert_eq!(export["account"]["email"], json!(me.email));
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(export["parties_led"][0]["description"], json!("정문 앞에서 만나요"));
    assert_eq!(export["parties_joined"][0]["message"], json!("근처에 살아요"));
    assert_eq!(export["reports"][0]["text"], json!("자꾸 광고해요"));
    assert_eq!(export["blocks"][0]["user_id"], json!(neighbour.id));
    assert_eq!(export["bans"][0]["reason"], json!("욕설"));
    assert_eq!(export["penalties_got"], json!([]));
    assert_eq!(export["chat"], json!({ "messages": ["사과 \"10kg\""] }), "as it was said");
    assert_eq!(export["notifications"], json!({ "items": [1, u64::MAX] }));
    let shown = format!("Bearer {}", client.token().unwrap());
    assert_eq!(others.tokens(), [shown.clone(), shown], "each is asked by the person");

    let penalty = format!(
        "INSERT INTO penalties (id, party_id, member_id, given_by, reason, given_at, status) \
         SELECT id, id, {me}, leader_id, 'no_show', created_at, 'given' FROM parties \
         WHERE leader_id <> {me}",
        me = super::people::sql_id(me.person.id),
    );
    stage.run(&penalty).await;
    let export = client.get(PATH).await.expect(200);
    tells_every_column(&stage, &export).await;
    assert_eq!(export["administration"][0]["action"], json!("user_banned"));
    assert!(export["sessions"][0]["refresh_tokens"][0]["issued_at"].is_string());

    let theirs = neighbour.client.get(PATH).await.expect(200);
    let text = theirs.to_string();
    assert!(!text.contains(&me.email) && !text.contains("광고"), "nothing of somebody else");
    assert_eq!(theirs["blocks"], json!([]), "nor by whom one is blocked");
}

/// What of somebody's rows is not told to them, and why.
const LEFT_OUT: [(&str, &str, &str); 21] = [
    ("users", "password_hash", "a hash"),
    ("users", "road_address", "told as `address`"),
    ("users", "latitude", "told as `address`"),
    ("users", "longitude", "told as `address`"),
    ("users", "version", "tells nothing of anybody"),
    ("users", "updated_at", "tells nothing of anybody"),
    ("users", "withdrawn_at", "there is no export then"),
    ("users", "withdrawal_step", "there is no export then"),
    ("sessions", "user_id", "oneself"),
    ("parties", "leader_id", "oneself"),
    ("parties", "version", "tells nothing of anybody"),
    ("party_members", "user_id", "oneself"),
    ("reports", "reporter_id", "oneself"),
    ("reports", "open_reference", "what it is about, once more"),
    ("reports", "note", "between administrators"),
    ("reports", "resolved_by", "the administrator's"),
    ("reports", "said_by", "somebody else's"),
    ("reports", "said", "somebody else's"),
    ("reports", "said_at", "somebody else's"),
    ("blocks", "blocker_id", "oneself"),
    ("blocks", "blocked_id", "told as `user_id`"),
];

/// The same of bans and penalties.
const OF_OTHERS: [(&str, &str, &str); 8] = [
    ("bans", "user_id", "oneself"),
    ("bans", "given_by", "the administrator's"),
    ("bans", "lifted_by", "the administrator's"),
    ("bans", "is_enforced", "tells nothing of anybody"),
    ("penalties", "member_id", "oneself"),
    ("penalties", "given_by", "the leader of the party, or an administrator"),
    ("penalties", "decided_by", "the administrator's"),
    ("penalties", "decision_note", "told where there is one"),
];

/// Finds that every column is told, or left out for a reason.
async fn tells_every_column(stage: &Stage, export: &serde_json::Value) {
    for (table, told) in [
        ("users", &export["account"]),
        ("sessions", &export["sessions"][0]),
        ("parties", &export["parties_led"][0]),
        ("party_members", &export["parties_joined"][0]),
        ("reports", &export["reports"][0]),
        ("blocks", &export["blocks"][0]),
        ("bans", &export["bans"][0]),
        ("penalties", &export["penalties_got"][0]),
    ] {
        let sql = format!(
            "SELECT GROUP_CONCAT(column_name) AS text FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        );
        let columns = stage.app.text(&sql).await;
        let told = told.as_object().unwrap_or_else(|| panic!("nothing of {table} is told"));
        for column in columns.split(',') {
            let mut left_out = LEFT_OUT.iter().chain(&OF_OTHERS);
            let is_left_out = left_out.any(|(of, name, _)| (*of, *name) == (table, column));
            // It is kept back from who gave it.
            let is_told = told.contains_key(column) || (table, column) == ("penalties", "appeal");
            assert!(is_told != is_left_out, "{table}.{column}: told {is_told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_export_is_none() {
    let others = ExportStandIn::start();
    let stage = stage(&others).await;
    let me = stage.person("김사과").await;
    let long = format!("\"{}\"", "a".repeat(1000));
    for (status, body) in [
        (500, "{}"),
        (503, "{}"),
        (404, "{}"),
        (401, "{}"),
        (200, r#"{"items":[1,2"#),
        (200, ""),
        (200, "<html>"),
    ] {
        others.notify_says(status, body);
        let answer = me.client.get(PATH).await;
        answer.expect_problem(503, "unavailable");
        assert!(answer.headers.contains_key("retry-after"), "{status} {body:.20}");
    }
    others.notify_says(200, long);
    me.client.get(PATH).await.expect_problem(409, "export_too_large");
    others.notify_is_well();
    me.client.get(PATH).await.expect(200);
    me.client.anonymous().get(PATH).await.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits() {
    let others = ExportStandIn::start();
    let url = others.url.clone();
    let stage = Stage::spawn_with(move |config| {
        config.chat.url.clone_from(&url);
        config.export.notify_url = url;
        config.export.per_minute = 2;
    })
    .await;
    let me = stage.person("김사과").await;
    for expected in [200, 200, 429] {
        assert_eq!(me.client.get(PATH).await.status, expected);
    }
}
