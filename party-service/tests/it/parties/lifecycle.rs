//! Locking, cancelling and completing.

use serde_json::json;

use super::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_party_goes_its_way() {
    let stage = Stage::spawn().await;
    let [leader, a, b, c] = stage.people().await;
    let path = stage.open(&leader).await;
    for person in [&a, &b, &c] {
        stage.join(&path, &leader, person).await;
    }
    let party = stage.see(&path, &a).await;
    assert_eq!((&party["status"], &party["locked_by"]), (&json!("locked"), &json!("full")));
    assert_eq!(party["taken_shares"], json!(4));
    assert_eq!(party["me"], json!({ "role": "member", "status": "accepted", "shares": 1 }));

    stage.at(10);
    let done = leader.complete(&path, &[(&a, true), (&b, false), (&c, true)]).await.expect(200);
    assert_eq!((&done["status"], &done["locked_by"]), (&json!("done"), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn d14_only_the_leader_cancels_and_completes() {
    let stage = Stage::spawn().await;
    let [leader, member, applicant, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    applicant.apply(&path, 1).await.expect(201);
    for anyone in [&member, &applicant, &stranger] {
        anyone.cancel(&path).await.expect_problem(403, "not_the_leader");
        anyone.lock(&path).await.expect_problem(403, "not_the_leader");
        anyone.complete(&path, &[(&member, true)]).await.expect_problem(403, "not_the_leader");
    }
    assert_eq!(stage.see(&path, &leader).await["status"], json!("open"));
    leader.cancel(&path).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn d17_what_is_over_stays_over() {
    let stage = Stage::spawn().await;
    let [leader, member, applicant] = stage.people().await;
    let (cancelled, done) = (stage.open(&leader).await, stage.open(&leader).await);
    for path in [&cancelled, &done] {
        stage.join(path, &leader, &member).await;
        applicant.apply(path, 1).await.expect(201);
    }
    let party = leader.cancel(&cancelled).await.expect(200);
    let by = (&party["status"], &party["cancelled_by"]);
    assert_eq!(by, (&json!("cancelled"), &json!("leader")));
    leader.lock(&done).await.expect(200);
    let early = leader.complete(&done, &[(&member, true)]).await;
    early.expect_problem(409, "meeting_not_started");
    stage.at(10);
    leader.complete(&done, &[(&member, true)]).await.expect(200);

    for path in [&cancelled, &done] {
        let before = stage.see(path, &leader).await;
        for answer in [
            leader.cancel(path).await,
            leader.lock(path).await,
            leader.complete(path, &[(&member, true)]).await,
            leader.accept(path, &applicant).await,
            leader.reject(path, &applicant).await,
            leader.remove(path, &member).await,
            leader.edit(path, json!({ "unit": "g" })).await,
            member.leave(path).await,
            applicant.withdraw(path).await,
        ] {
            answer.expect_problem(409, "invalid_party_state");
        }
        assert_eq!(stage.see(path, &leader).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p01_each_phase_can_be_reached_and_left() {
    let stage = Stage::spawn().await;
    let [leader, member] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    leader.edit(&path, json!({ "description": "후문" })).await.expect(200);
    let locked = leader.lock(&path).await.expect(200);
    assert_eq!(locked["locked_by"], json!("leader"));
    leader.lock(&path).await.expect_problem(409, "invalid_party_state");
    leader.edit(&path, json!({ "description": "정문" })).await.expect(200);
    stage.at(11);
    leader
        .edit(&path, json!({ "description": "옆문" }))
        .await
        .expect_problem(409, "meeting_started");
    leader.complete(&path, &[(&member, true)]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_names_the_state_in_the_readers_language() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let path = stage.open(&leader).await;
    leader.cancel(&path).await.expect(200);
    let korean = leader.lock(&path).await;
    assert_eq!(korean.body["detail"], json!("취소된 파티입니다"));
    let request = leader.client.request(reqwest::Method::POST, &format!("{path}/lock"));
    let english = testkit::Client::send(request.header("accept-language", "en")).await;
    assert_eq!(english.body["detail"], json!("The party was cancelled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn attendance_names_each_member_once() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &a).await;
    stage.join(&path, &leader, &b).await;
    stage.at(10);
    for wrong in [
        &[][..],
        &[(&a, true)],
        &[(&a, true), (&a, true)],
        &[(&a, true), (&b, true), (&leader, true)],
    ] {
        leader.complete(&path, wrong).await.expect_invalid(&["/attendance"]);
    }
    leader.complete(&path, &[(&b, true), (&a, false)]).await.expect(200);
}
