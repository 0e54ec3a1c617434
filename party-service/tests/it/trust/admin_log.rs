//! What administrators did stays written down.

use diesel_async::SimpleAsyncConnection as _;
use serde_json::json;

use crate::parties::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_written_down_for_ever() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [person, reporter] = stage.people().await;
    let bans = format!("/v1/admin/users/{}/bans", person.id);
    let ban = json!({ "scope": "lead", "reason": "허위 파티" });
    let ban = admin.client.post(&bans, ban).await.expect(201);
    let lift = format!("/v1/admin/bans/{}/lift", ban["id"].as_str().unwrap());
    admin.client.act(&lift).await.expect(200);
    let report = json!({ "reference": { "kind": "user", "user_id": person.id }, "reason": "spam" });
    let report = reporter.client.post("/v1/reports", report).await.expect(201);
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    let resolution = json!({ "resolution": "dismissed", "note": "주의를 주었습니다" });
    admin.client.post(&resolve, resolution).await.expect(200);

    let log = admin.client.get("/v1/admin/log").await.expect(200);
    let entries = log["items"].as_array().unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["report_resolved", "ban_lifted", "user_banned"]);
    assert!(entries.iter().all(|entry| entry["admin_id"] == json!(admin.id)));
    assert_eq!(entries[0]["subject_id"], report["id"]);
    assert_eq!(entries[0]["detail"], json!({ "resolution": "dismissed" }));
    assert_eq!(entries[2]["subject_id"], json!(person.id));
    let words = log.to_string();
    assert!(
        !words.contains("허위 파티") && !words.contains("주의를"),
        "words may have to be erased"
    );

    // Not even with all rights, as the tests have them, is a row changed or deleted.
    let mut conn = stage.app.database.conn().await;
    for sql in ["UPDATE admin_log SET action = 'nothing'", "DELETE FROM admin_log"] {
        let error = conn.batch_execute(sql).await.unwrap_err().to_string();
        assert!(error.contains("only ever added to"), "{error}");
    }
    let page = admin.client.get("/v1/admin/log?limit=2").await.expect(200);
    let next = format!("/v1/admin/log?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(admin.client.get(&next).await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_not_written_down() {
    let stage = Stage::spawn().await;
    let (admin, person) = (stage.admin().await, stage.person("이웃집").await);
    let bans = format!("/v1/admin/users/{}/bans", person.id);
    let ban = json!({ "scope": "join", "reason": "노쇼" });
    person.client.post(&bans, ban.clone()).await.expect_problem(403, "forbidden");
    admin.client.post(&bans, ban.clone()).await.expect(201);
    admin.client.post(&bans, ban).await.expect_problem(409, "already_banned");
    let log = admin.client.get("/v1/admin/log").await.expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
}
