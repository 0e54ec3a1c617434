//! What somebody who asks for all that is held about them is told of penalties.

use serde_json::{Value, json};

use super::stage::Aftermath;
use crate::parties::stage::{Person, Stage};
use crate::trust::export_stand_in::ExportStandIn;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_against_a_penalty_is_exported_for_whoever_got_it_only() {
    let others = ExportStandIn::start();
    let stage = Stage::spawn_with(|config| {
        config.chat.url.clone_from(&others.url);
        config.export.notify_url.clone_from(&others.url);
    });
    let aftermath = Aftermath::on(stage.await);
    let admin = aftermath.admin().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let words = json!({ "reason": "other", "comment": "돈을 가지고 오지 않았어요" });
    let given = leader.punish_with(&path, &absent, words).await.expect(201);
    let penalty = given["id"].as_str().unwrap();
    absent.appeal(penalty).await.expect(200);
    let note = json!({ "note": "약속 시간에 연락이 없었습니다" });
    admin.post(&format!("/v1/admin/penalties/{penalty}/uphold"), note).await.expect(200);

    let mine = export(&absent).await;
    let got = &mine["penalties_got"][0];
    assert_eq!(got["appeal"], json!("병원에 있었어요"));
    assert_eq!(got["decision_note"], json!("약속 시간에 연락이 없었습니다"));
    let theirs = export(&leader).await;
    assert_eq!(theirs["penalties_given"][0]["comment"], json!("돈을 가지고 오지 않았어요"));
    let text = theirs.to_string();
    assert!(!text.contains("병원") && !text.contains("연락이 없었습니다"), "{text}");
}

async fn export(person: &Person) -> Value {
    person.client.get("/v1/users/me/export").await.expect(200)
}
