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

    let theirs = neighbour.client.get(PATH).await.expect(200);
    let text = theirs.to_string();
    assert!(!text.contains(&me.email) && !text.contains("광고"), "nothing of somebody else");
    assert_eq!(theirs["blocks"], json!([]), "nor by whom one is blocked");
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
        (200, long.as_str()),
    ] {
        others.notify_says(status, body);
        let answer = me.client.get(PATH).await;
        answer.expect_problem(503, "unavailable");
        assert!(answer.headers.contains_key("retry-after"), "{status} {body:.20}");
    }
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
