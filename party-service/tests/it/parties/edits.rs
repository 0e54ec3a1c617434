//! `PATCH /v1/parties/{id}`.

use serde_json::{Value, json};

use super::stage::{Stage, hours};

#[tokio::test(flavor = "multi_thread")]
async fn d15_only_the_leader_edits() {
    let stage = Stage::spawn().await;
    let [leader, member, pending, rejected, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    pending.apply(&path, 1).await.expect(201);
    rejected.apply(&path, 1).await.expect(201);
    leader.reject(&path, &rejected).await.expect(200);
    for anyone in [&member, &pending, &rejected, &stranger] {
        let refused = anyone.edit(&path, json!({ "description": "내 맘대로" })).await;
        refused.expect_problem(403, "not_the_leader");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_stays() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let path = stage.open(&leader).await;
    let mut expected = stage.see(&path, &leader).await;
    let edits = [
        ("quantity", json!(12)),
        ("unit", json!("상자")),
        ("total_price", Value::Null),
        ("description", Value::Null),
        ("starts_at", json!(hours(9))),
        ("ends_at", json!(hours(11))),
        ("join_deadline", json!(hours(8))),
        ("min_shares", json!(3)),
        ("total_shares", json!(6)),
    ];
    for (field, value) in edits {
        expected[field] = value.clone();
        expected["version"] = json!(expected["version"].as_u64().unwrap() + 1);
        let edited = leader.edit(&path, json!({ field: value })).await.expect(200);
        assert_eq!(edited, expected);
        assert_eq!(stage.see(&path, &leader).await, expected);
    }
    let same = leader.edit(&path, json!({})).await.expect(200);
    assert_eq!(same, expected, "an edit that changes nothing is no new version");
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_shares_are_not_cut_below_what_is_taken() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &a).await;
    stage.join(&path, &leader, &b).await;
    let cut = |shares: i64| json!({ "total_shares": shares });
    leader.edit(&path, cut(2)).await.expect_problem(409, "below_taken_shares");
    for nonsense in [0, 1, 101, -1] {
        leader.edit(&path, cut(nonsense)).await.expect_problem(422, "validation_failed");
    }
    let full = leader.edit(&path, cut(3)).await.expect(200);
    assert_eq!((&full["status"], &full["locked_by"]), (&json!("locked"), &json!("full")));
    leader.edit(&path, cut(4)).await.expect_problem(409, "invalid_party_state");
}

#[tokio::test(flavor = "multi_thread")]
async fn market_and_item_are_fixed() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let path = stage.open(&leader).await;
    for edit in [
        json!({ "market_id": stage.market }),
        json!({ "item_code": "060201" }),
        json!({ "leader_shares": 2 }),
        json!({ "status": "done" }),
        json!({ "quantity": null }),
    ] {
        leader.edit(&path, edit).await.expect_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_their_fields() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let path = stage.open(&leader).await;
    let bad = json!({ "quantity": 0, "unit": " ", "total_price": 100_000_001 });
    leader.edit(&path, bad).await.expect_invalid(&["/quantity", "/unit", "/total_price"]);
    let bad = json!({ "starts_at": hours(-1), "ends_at": hours(-2), "total_shares": 1 });
    let refused = leader.edit(&path, bad).await;
    refused.expect_invalid(&["/starts_at", "/ends_at", "/total_shares"]);
}
