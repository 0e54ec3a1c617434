//! What is left of penalties when somebody has withdrawn: that there was one.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::until;

use super::stage::Aftermath;
use crate::helpers::PASSWORD;
use crate::parties::stage::{Person, Stage};
use crate::trust::people::withdraw;

/// All that people have said about penalties, by whom they got them.
const WORDS: &str = "SELECT COALESCE(GROUP_CONCAT(CONCAT_WS(':', status, comment, appeal, \
    decision_note, appealed_at) ORDER BY id SEPARATOR ' | '), '') AS text FROM penalties";

/// Erases all that is to be erased by another instance, as each does when it starts.
async fn erased(stage: &Stage) {
    let count = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM users WHERE withdrawal_step = ";
    let none_is_at = async |step: &str| {
        (stage.app.text(&format!("{count} '{step}'")).await == "0").then_some(())
    };
    until("all parties to be left", async || none_is_at("leave").await).await;
    stage.app.clock.advance(TimeDelta::days(30));
    let config = Stage::config(&stage.app.database, &stage.catalog);
    let _eraser = stage.app.again(&config);
    until("the rest to be erased", async || none_is_at("erase").await).await;
}

impl Person {
    /// Gives a penalty, in words.
    async fn blame(&self, path: &str, member: &Self) -> String {
        let body = json!({ "reason": "other", "comment": "김사과 씨가 돈을 내지 않았어요" });
        let given = self.punish_with(path, member, body).await.expect(201);
        given["id"].as_str().unwrap().to_owned()
    }

    /// Appeals, in words.
    async fn object(&self, penalty: &str) {
        let body = json!({ "text": "저는 사직로 9길에서 기다렸어요" });
        let appeal = format!("/v1/penalties/{penalty}/appeal");
        self.client.post(&appeal, body).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_by_and_about_somebody_who_left_is_erased() {
    let aftermath = Aftermath::spawn().await;
    let (stage, admin) = (&aftermath.stage, aftermath.admin().await);
    let [leader, goer, stayer] = stage.people().await;
    let path = aftermath.party(&leader, &[], &[&goer, &stayer]).await;
    let judged = leader.blame(&path, &goer).await;
    goer.object(&judged).await;
    let uphold = format!("/v1/admin/penalties/{judged}/uphold");
    admin.post(&uphold, json!({ "note": "사직로에는 시장이 없습니다" })).await.expect(200);
    let path = aftermath.party(&leader, &[], &[&goer]).await;
    let open = leader.blame(&path, &goer).await;
    goer.object(&open).await;
    let path = aftermath.party(&leader, &[], &[&stayer]).await;
    let other = leader.blame(&path, &stayer).await;
    stayer.object(&other).await;
    let words = stage.app.text(WORDS).await;
    assert_eq!(words.matches("김사과").count(), 3);
    assert_eq!(words.matches("기다렸어요").count(), 3);
    assert!(words.contains("시장이 없습니다"));

    withdraw(&goer, PASSWORD).await.expect(204);
    erased(stage).await;
    let words = stage.app.text(WORDS).await;
    let (of_goer, of_stayer) = words.rsplit_once(" | ").unwrap();
    assert_eq!(of_goer, "upheld:2026-11-23 05:00:00.000000 | given", "that there was one stays");
    assert!(of_stayer.contains("김사과") && of_stayer.contains("기다렸어요"));
    let appeals = admin.get("/v1/admin/penalties/appeals").await.expect(200);
    let waiting: Vec<&Value> =
        appeals["items"].as_array().unwrap().iter().map(|penalty| &penalty["id"]).collect();
    assert_eq!(waiting, [&json!(other)], "whoever has left waits for nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_leader_who_left_said_is_erased_and_not_what_was_said_against_it() {
    let aftermath = Aftermath::spawn().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let penalty = leader.blame(&path, &absent).await;
    absent.object(&penalty).await;
    withdraw(&leader, PASSWORD).await.expect(204);
    erased(&aftermath.stage).await;
    let words = aftermath.stage.app.text(WORDS).await;
    assert!(!words.contains("김사과") && words.contains("기다렸어요"), "{words}");
    let seen = absent.client.get(&format!("/v1/penalties/{penalty}")).await.expect(200);
    assert_eq!((&seen["comment"], &seen["status"]), (&json!(null), &json!("appealed")));
}
