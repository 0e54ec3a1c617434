//! Who may give a penalty to whom, and when.

use serde_json::json;

use super::stage::Aftermath;
use crate::parties::stage::hours;

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_gives_one_and_both_read_it() {
    let aftermath = Aftermath::spawn().await;
    let [leader, came, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[&came], &[&absent]).await;
    let words = json!({ "reason": "late_notice", "comment": " 한 시간 전에 취소했어요 " });
    let given = leader.punish_with(&path, &absent, words).await.expect(201);
    assert_eq!(given["reason"], json!("late_notice"));
    assert_eq!(given["comment"], json!("한 시간 전에 취소했어요"));
    assert_eq!(given["member"]["user_id"], json!(absent.id));
    assert_eq!(given["given_by"]["nickname"], json!("이웃 0"));
    assert_eq!(given["status"], json!("given"));
    assert_eq!(given["given_at"], json!(hours(2)));
    assert_eq!(given["counts_until"], json!(hours(2 + 90 * 24)));
    assert_eq!(given["item_name"], json!("사과 (후지)"));

    let path = format!("/v1/penalties/{}", given["id"].as_str().unwrap());
    for reader in [&leader, &absent] {
        assert_eq!(reader.client.get(&path).await.expect(200), given);
    }
    came.client.get(&path).await.expect_problem(404, "penalty_not_found");
    let mine = |side| format!("/v1/users/me/penalties?side={side}");
    for (reader, side, count) in [
        (&leader, "given", 1),
        (&leader, "received", 0),
        (&absent, "received", 1),
        (&came, "given", 0),
    ] {
        let list = reader.client.get(&mine(side)).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_the_member_is_told() {
    let aftermath = Aftermath::spawn().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let given = leader.punish(&path, &absent).await.expect(201);
    let events = aftermath.stage.app.events("penalty.given.v1").await;
    let expected = json!({
        "change": "given",
        "penalty_id": given["id"],
        "party_id": given["party_id"],
        "item": { "code": "060103", "name": "사과 (후지)" },
        "actor_id": leader.id,
        "member_id": absent.id,
        "reason": "no_show",
        "active_count": 1,
    });
    assert_eq!(events, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_nobody_else_gives_one_and_nobody_else_gets_one() {
    let aftermath = Aftermath::spawn().await;
    let [leader, came, absent, applicant, stranger] = aftermath.stage.people().await;
    let stage = &aftermath.stage;
    let open = stage.open(&leader).await;
    applicant.apply(&open, 1).await.expect(201);
    stage.join(&open, &leader, &came).await;
    leader.punish(&open, &came).await.expect_problem(409, "invalid_party_state");
    leader.punish(&open, &applicant).await.expect_problem(409, "invalid_party_state");
    leader.cancel(&open).await.expect(200);
    leader.punish(&open, &came).await.expect_problem(409, "invalid_party_state");

    let path = aftermath.party(&leader, &[&came], &[&absent]).await;
    for other in [&came, &absent, &applicant, &stranger] {
        other.punish(&path, &absent).await.expect_problem(403, "not_the_leader");
    }
    leader.punish(&path, &came).await.expect_problem(409, "member_attended");
    for other in [&stranger, &leader] {
        leader.punish(&path, other).await.expect_problem(404, "member_not_found");
    }
    let nowhere = format!("/v1/parties/{}", uuid::Uuid::new_v4());
    leader.punish(&nowhere, &absent).await.expect_problem(404, "party_not_found");
    assert_eq!(aftermath.profile(&stranger, &absent).await["penalties"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_after_three_days_it_is_too_late() {
    let aftermath = Aftermath::spawn().await;
    let [leader, first, second] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&first, &second]).await;
    aftermath.wait(71);
    leader.punish(&path, &first).await.expect(201);
    aftermath.wait(1);
    leader.punish(&path, &second).await.expect_problem(409, "penalty_too_late");
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_there_is_a_reason() {
    let aftermath = Aftermath::spawn().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    for body in [json!({}), json!({ "reason": "ugly" }), json!({ "reason": "no_show", "x": 1 })] {
        let status = leader.punish_with(&path, &absent, body).await.status.as_u16();
        assert!((400..500).contains(&status), "{status}");
    }
    for comment in [json!(null), json!(" "), json!("가".repeat(301)), json!("a\u{0}b")] {
        let body = json!({ "reason": "other", "comment": comment });
        leader.punish_with(&path, &absent, body).await.expect_invalid(&["/comment"]);
    }
    let body = json!({ "reason": "other", "comment": "돈을 가지고 오지 않았어요" });
    leader.punish_with(&path, &absent, body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_on_from_page_to_page() {
    let aftermath = Aftermath::spawn().await;
    let absent = aftermath.person("이웃집").await;
    let mut ids = aftermath.punish(&absent, 3).await;
    ids.reverse();
    let (mut path, mut seen) = ("/v1/users/me/penalties?limit=2".to_owned(), Vec::new());
    loop {
        let page = absent.client.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|penalty| penalty["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/users/me/penalties?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
    absent
        .client
        .get("/v1/users/me/penalties?limit=0&cursor=e30")
        .await
        .expect_invalid(&["limit", "cursor"]);
}
