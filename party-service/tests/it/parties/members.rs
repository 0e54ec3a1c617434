//! Those who take part: seeing each other, paying, leaving.

use serde_json::{Value, json};

use super::stage::{Person, Stage, hours};

/// All who take part, as one of them sees them.
async fn members(path: &str, reader: &Person) -> Vec<Value> {
    let list = reader.client.get(&format!("{path}/members")).await.expect(200);
    assert_eq!(list["next_cursor"], json!(null));
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn d22_members_know_each_other() {
    let stage = Stage::spawn().await;
    let [leader, a, b, applicant] = stage.people().await;
    let path = stage.open(&leader).await;
    b.apply(&path, 2).await.expect(201);
    leader.accept(&path, &b).await.expect(200);
    stage.join(&path, &leader, &a).await;
    applicant.apply(&path, 1).await.expect_problem(409, "party_full");
    stage.at(10);
    leader.complete(&path, &[(&a, true), (&b, false)]).await.expect(200);

    let seen = members(&path, &a).await;
    assert_eq!(seen, members(&path, &leader).await);
    let row = |person: &Person, name, role, shares: u32, attended: Value| {
        json!({
            "user_id": person.id,
            "nickname": name,
            "badge": "⭐",
            "penalties": 0,
            "role": role,
            "shares": shares,
            "amount": 10_000 * shares,
            "attended": attended,
        })
    };
    let expected = [
        row(&leader, "이웃 0", "leader", 1, json!(null)),
        row(&a, "이웃 1", "member", 1, json!(true)),
        row(&b, "이웃 2", "member", 2, json!(false)),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_what_each_pays_is_seen_by_members_alone_and_adds_up() {
    let stage = Stage::spawn().await;
    let [leader, a, b, outsider] = stage.people().await;
    let three = json!({ "total_shares": 3, "total_price": 10_000 });
    let path = stage.open_with(&leader, three).await;
    for person in [&a, &b] {
        stage.join(&path, &leader, person).await;
    }
    let amounts: Vec<_> =
        members(&path, &b).await.iter().map(|member| member["amount"].as_u64().unwrap()).collect();
    assert_eq!(amounts, [3334, 3333, 3333]);
    let refused = outsider.client.get(&format!("{path}/members")).await;
    refused.expect_problem(403, "not_a_member");
    assert!(stage.see(&path, &outsider).await.get("amount").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_price_nobody_knows_what_to_pay() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let path = stage.open_with(&leader, json!({ "total_price": null })).await;
    assert_eq!(members(&path, &leader).await[0]["amount"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_out_sees_no_members() {
    let stage = Stage::spawn().await;
    let [leader, left, removed, applicant, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &left).await;
    stage.join(&path, &leader, &removed).await;
    applicant.apply(&path, 1).await.expect(201);
    left.leave(&path).await.expect(204);
    leader.remove(&path, &removed).await.expect(204);
    for outsider in [&left, &removed, &applicant, &stranger] {
        let refused = outsider.client.get(&format!("{path}/members")).await;
        refused.expect_problem(403, "not_a_member");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d21_a_member_can_leave_and_be_removed() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    let path = stage.open_with(&leader, json!({ "total_shares": 3 })).await;
    stage.join(&path, &leader, &a).await;
    stage.join(&path, &leader, &b).await;
    assert_eq!(stage.see(&path, &a).await["status"], json!("locked"));
    a.leave(&path).await.expect(204);
    let party = stage.see(&path, &a).await;
    assert_eq!((&party["status"], &party["taken_shares"]), (&json!("open"), &json!(2)));
    assert_eq!(party["me"], json!({ "role": "member", "status": "left", "shares": 1 }));
    a.leave(&path).await.expect_problem(403, "not_a_member");
    leader.remove(&path, &a).await.expect_problem(404, "member_not_found");
    b.remove(&path, &b).await.expect_problem(403, "not_the_leader");
    leader.remove(&path, &b).await.expect(204);
    leader.leave(&path).await.expect_problem(409, "is_the_leader");
    leader.remove(&path, &leader).await.expect_problem(409, "is_the_leader");
}

#[tokio::test(flavor = "multi_thread")]
async fn p06_leaving_does_not_reopen_what_has_begun() {
    let stage = Stage::spawn().await;
    let [leader, member] = stage.people().await;
    let path = stage.open_with(&leader, json!({ "total_shares": 2 })).await;
    stage.join(&path, &leader, &member).await;
    stage.at(10);
    member.leave(&path).await.expect_problem(409, "meeting_started");
    leader.remove(&path, &member).await.expect_problem(409, "meeting_started");
    leader.complete(&path, &[(&member, true)]).await.expect(200);
    member.leave(&path).await.expect_problem(409, "invalid_party_state");
    assert_eq!(stage.see(&path, &member).await["status"], json!("done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_deadline_a_member_who_goes_may_end_it() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    let three = json!({ "total_shares": 3, "min_shares": 3, "join_deadline": hours(5) });
    let path = stage.open_with(&leader, three).await;
    stage.join(&path, &leader, &a).await;
    stage.join(&path, &leader, &b).await;
    stage.at(6);
    a.leave(&path).await.expect(204);
    let party = stage.see(&path, &b).await;
    assert_eq!(party["status"], json!("cancelled"));
    assert_eq!(party["cancelled_by"], json!("deadline"));
}
