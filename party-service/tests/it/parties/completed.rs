//! How many parties someone has seen through, as others see it.

use super::stage::{Person, Stage};
use serde_json::json;

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
