//! Applying, withdrawing, accepting and rejecting.

use serde_json::json;

use super::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_seen_by_the_leader_and_by_who_made_it() {
    let stage = Stage::spawn().await;
    let [leader, applicant] = stage.people().await;
    let path = stage.open(&leader).await;
    let body = json!({ "shares": 2, "message": " 근처에 살아요 " });
    let applied = applicant.client.post(&format!("{path}/applications"), body).await.expect(201);
    assert_eq!(
        applied,
        json!({
            "party_id": path.trim_start_matches("/v1/parties/"),
            "user_id": applicant.id,
            "shares": 2,
            "status": "applied",
            "party_status": "open",
            "taken_shares": 1,
        })
    );
    let me = &stage.see(&path, &applicant).await["me"];
    assert_eq!(*me, json!({ "role": "applicant", "status": "applied", "shares": 2 }));
    let list = leader.client.get(&format!("{path}/applications")).await.expect(200);
    assert_eq!(
        list,
        json!({
            "items": [{
                "user_id": applicant.id,
                "nickname": "이웃 1",
                "badge": "⭐",
                "penalties": 0,
                "shares": 2,
                "message": "근처에 살아요",
                "applied_at": stage.app.clock.now(),
            }],
            "next_cursor": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn d16_only_the_leader_sees_who_applied() {
    let stage = Stage::spawn().await;
    let [leader, member, applicant, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    applicant.apply(&path, 1).await.expect(201);
    for anyone in [&member, &applicant, &stranger] {
        let list = anyone.client.get(&format!("{path}/applications")).await;
        list.expect_problem(403, "not_the_leader");
        let party = stage.see(&path, anyone).await.to_string();
        assert!(anyone.id == applicant.id || !party.contains(&applicant.id.to_string()));
    }
    let list = stage.app.client.get(&format!("{path}/applications")).await;
    list.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_come_in_pages() {
    let stage = Stage::spawn().await;
    let [leader, a, b, c] = stage.people().await;
    let path = stage.open(&leader).await;
    for person in [&c, &a, &b] {
        person.apply(&path, 1).await.expect(201);
        stage.app.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let mut seen = Vec::new();
    let mut next = format!("{path}/applications?limit=1");
    loop {
        let page = leader.client.get(&next).await.expect(200);
        seen.push(page["items"][0]["user_id"].as_str().unwrap().to_owned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{path}/applications?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, [c.id, a.id, b.id].map(|id| id.to_string()));
    for bad in ["limit=0", "limit=101", "cursor=e30", "offset=1"] {
        let answer = leader.client.get(&format!("{path}/applications?{bad}")).await;
        answer.expect_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d18_the_last_share_is_given_once() {
    let stage = Stage::spawn().await;
    let [leader, two, also_two, one] = stage.people().await;
    let path = stage.open(&leader).await;
    two.apply(&path, 2).await.expect(201);
    also_two.apply(&path, 2).await.expect(201);
    one.apply(&path, 1).await.expect(201);
    leader.accept(&path, &two).await.expect(200);
    let short = leader.accept(&path, &also_two).await;
    short.expect_problem(409, "not_enough_shares");
    assert_eq!(short.body["detail"], json!("남은 몫은 1개입니다"));
    let accepted = leader.accept(&path, &one).await.expect(200);
    assert_eq!(accepted["party_status"], json!("locked"));
    leader.accept(&path, &also_two).await.expect_problem(409, "party_full");
    // Who waits may still be turned away, and think better of it.
    leader.reject(&path, &also_two).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_more_shares_than_are_free_cannot_be_asked_for() {
    let stage = Stage::spawn().await;
    let [leader, applicant] = stage.people().await;
    let path = stage.open(&leader).await;
    applicant.apply(&path, 4).await.expect_problem(409, "not_enough_shares");
    applicant.apply(&path, 3).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d19_a_member_is_not_made_an_applicant_again() {
    let stage = Stage::spawn().await;
    let [leader, member] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    leader.reject(&path, &member).await.expect_problem(409, "already_a_member");
    leader.accept(&path, &member).await.expect_problem(409, "already_a_member");
    member.withdraw(&path).await.expect_problem(409, "already_a_member");
    leader.apply(&path, 1).await.expect_problem(409, "is_the_leader");
    leader.reject(&path, &leader).await.expect_problem(404, "application_not_found");
    assert_eq!(stage.see(&path, &member).await["me"]["status"], json!("accepted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d20_one_applies_once_and_again_after_a_rejection() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    let path = stage.open(&leader).await;
    person.apply(&path, 1).await.expect(201);
    person.apply(&path, 1).await.expect_problem(409, "already_applied");
    leader.reject(&path, &person).await.expect(200);
    leader.reject(&path, &person).await.expect_problem(404, "application_not_found");
    person.apply(&path, 2).await.expect(201);
    person.withdraw(&path).await.expect(204);
    person.withdraw(&path).await.expect_problem(404, "application_not_found");
    leader.accept(&path, &person).await.expect_problem(404, "application_not_found");
    person.apply(&path, 1).await.expect(201);
    leader.accept(&path, &person).await.expect(200);
    person.apply(&path, 1).await.expect_problem(409, "already_a_member");
    person.leave(&path).await.expect(204);
    stage.join(&path, &leader, &person).await;
    leader.remove(&path, &person).await.expect(204);
    person.apply(&path, 1).await.expect_problem(409, "removed_from_party");
}

#[tokio::test(flavor = "multi_thread")]
async fn d20_what_is_closed_takes_nobody() {
    let stage = Stage::spawn().await;
    let [leader, member, late] = stage.people().await;
    let (full, locked, cancelled, past) = (
        stage.open_with(&leader, json!({ "total_shares": 2 })).await,
        stage.open(&leader).await,
        stage.open(&leader).await,
        stage.open(&leader).await,
    );
    stage.join(&full, &leader, &member).await;
    stage.join(&past, &leader, &member).await;
    leader.lock(&locked).await.expect(200);
    leader.cancel(&cancelled).await.expect(200);
    late.apply(&full, 1).await.expect_problem(409, "party_full");
    late.apply(&locked, 1).await.expect_problem(409, "invalid_party_state");
    late.apply(&cancelled, 1).await.expect_problem(409, "invalid_party_state");
    stage.at(5);
    late.apply(&past, 1).await.expect_problem(409, "join_closed");
}
