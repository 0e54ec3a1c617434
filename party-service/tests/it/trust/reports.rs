//! Reports: of people, parties and messages.

use futures_util::future::join_all;
use serde_json::{Value, json};

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
    assert_eq!(open[0]["resolved"], json!(null));

    let resolve = format!("/v1/admin/reports/{}/resolve", ids[0].as_str().unwrap());
    let resolution = json!({ "resolution": "banned" });
    let resolved = admin.client.post(&resolve, resolution.clone()).await.expect(200);
    assert_eq!(resolved["resolved"]["resolution"], json!("banned"));
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
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let [leader, reporter] = stage.people().await;
    let path = stage.open(&leader).await;
    let party = path.rsplit('/').next().unwrap();
    for reference in [
        json!({ "kind": "user", "user_id": leader.id }),
        json!({ "kind": "party", "party_id": party }),
        json!({ "kind": "message", "room_id": party, "seq": 12 }),
    ] {
        let report = reporter.client.post("/v1/reports", about(&reference)).await;
        assert_eq!(report.expect(201)["reference"], reference);
    }
    assert_eq!(reports(&admin, "?limit=100").await.len(), 3);
    let page = admin.client.get("/v1/admin/reports?limit=2").await.expect(200);
    let next = format!("?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(reports(&admin, &next).await.len(), 1);
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
    let stage = Stage::spawn().await;
    let reporter = stage.person("신고왕").await;
    let report = |seq: u64| {
        let reference = json!({ "kind": "message", "room_id": NOBODY, "seq": seq });
        reporter.client.post("/v1/reports", about(&reference))
    };
    let answers = join_all((1..=60).map(report)).await;
    let (filed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 201);
    assert_eq!((filed.len(), refused.len()), (50, 10));
    for answer in refused {
        answer.expect_problem(409, "too_many_reports");
    }
}
