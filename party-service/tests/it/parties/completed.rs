//! How many parties someone has seen through, as others see it.

use diesel_async::SimpleAsyncConnection as _;
use party_service::store::people;
use serde_json::json;

use super::stage::{Person, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn those_who_came_have_completed_a_party() {
    let stage = Stage::spawn().await;
    let [leader, came, absent, applicant] = stage.people().await;
    let completed = async |person: &Person| {
        let profile = applicant.client.get(&format!("/v1/users/{}", person.id)).await.expect(200);
        profile["parties_completed"].clone()
    };
    let (path, cancelled) = (stage.open(&leader).await, stage.open(&leader).await);
    for member in [&came, &absent] {
        stage.join(&path, &leader, member).await;
        stage.join(&cancelled, &leader, member).await;
    }
    applicant.apply(&path, 1).await.expect(201);
    leader.lock(&path).await.expect(200);
    leader.cancel(&cancelled).await.expect(200);
    assert_eq!(completed(&leader).await, json!(0), "not before the meeting");

    stage.at(10);
    leader.complete(&path, &[(&came, true), (&absent, false)]).await.expect(200);
    for (person, count) in [(&leader, 1), (&came, 1), (&absent, 0), (&applicant, 0)] {
        assert_eq!(completed(person).await, json!(count));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_to_which_nobody_came_is_no_merit_of_its_leader() {
    let stage = Stage::spawn().await;
    let [leader, absent] = stage.people().await;
    let (alone, missed) = (stage.open(&leader).await, stage.open(&leader).await);
    stage.join(&missed, &leader, &absent).await;
    for path in [&alone, &missed] {
        leader.lock(path).await.expect(200);
    }
    stage.at(10);
    leader.complete(&alone, &[]).await.expect(200);
    leader.complete(&missed, &[(&absent, false)]).await.expect(200);
    let profile = absent.client.get(&format!("/v1/users/{}", leader.id)).await.expect(200);
    assert_eq!(profile["parties_completed"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_would_complete_a_party_waits_for_nobody() {
    let stage = Stage::spawn().await;
    let [leader, member, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    let mut holder = stage.app.database.conn().await;
    holder.batch_execute("START TRANSACTION").await.unwrap();
    people::hold(&mut holder, &[leader.id, member.id]).await.unwrap();
    let refused = stranger.complete(&path, &[(&member, true)]).await;
    refused.expect_problem(403, "not_the_leader");
    let nowhere = format!("/v1/parties/{}", uuid::Uuid::new_v4());
    stranger.complete(&nowhere, &[]).await.expect_problem(404, "party_not_found");
}
