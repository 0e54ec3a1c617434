//! What administrators say when they decide, who hears it, and who may decide.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::stage::Aftermath;
use crate::parties::stage::Person;

async fn decide(admin: &Client, decision: &str, penalty: &str, body: Value) -> Answer {
    admin.post(&format!("/v1/admin/penalties/{penalty}/{decision}"), body).await
}

/// The penalty as this person sees it.
async fn seen(reader: &Client, penalty: &str) -> Value {
    reader.get(&format!("/v1/penalties/{penalty}")).await.expect(200)
}

impl Aftermath {
    /// A penalty that this leader gave to somebody.
    async fn given(&self, leader: &Person, absent: &Person) -> String {
        let path = self.party(leader, &[], &[absent]).await;
        let given = leader.punish(&path, absent).await.expect(201);
        given["id"].as_str().unwrap().to_owned()
    }

    async fn completed(&self, of: &Person) -> Value {
        self.profile(of, of).await["parties_completed"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_after_all_is_counted_among_those_who_came() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&member]).await;
    let given = leader.punish(&path, &member).await.expect(201);
    let penalty = given["id"].as_str().unwrap();
    for person in [&leader, &member] {
        assert_eq!(aftermath.completed(person).await, json!(0), "nobody came");
    }

    let body = json!({ "came": true, "note": " 통화 기록을 확인했습니다 " });
    let revoked = decide(&admin, "revoke", penalty, body).await.expect(200);
    assert_eq!(revoked["status"], json!("revoked"));
    assert_eq!(revoked["decision_note"], json!("통화 기록을 확인했습니다"));
    for person in [&leader, &member] {
        assert_eq!(aftermath.completed(person).await, json!(1), "and is seen at once");
    }
    assert_eq!(aftermath.profile(&leader, &member).await["penalties"], json!(0));
    leader.punish(&path, &member).await.expect_problem(409, "member_attended");
    assert_eq!(seen(&member.client, penalty).await["decision_note"], revoked["decision_note"]);
    assert_eq!(seen(&leader.client, penalty).await["decision_note"], json!(null));
    let log = admin.get("/v1/admin/log").await.expect(200);
    assert_eq!(log["items"][0]["detail"], json!({ "came": true }));
    // The party is as it was completed, and no news of it.
    assert_eq!(aftermath.stage.app.events("party.completed.v1").await.len(), 1);
    assert_eq!(aftermath.stage.app.events("party.updated.v1").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_penalty_may_be_revoked_though_the_member_did_not_come() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member] = aftermath.stage.people().await;
    let bodies = [json!(null), json!({}), json!({ "came": false, "note": null })];
    for body in bodies.into_iter().map(Some).chain([None]) {
        let penalty = aftermath.given(&leader, &member).await;
        let path = format!("/v1/admin/penalties/{penalty}/revoke");
        let answer = match body {
            Some(body) => admin.post(&path, body).await,
            None => admin.act(&path).await,
        };
        assert_eq!(answer.expect(200)["decision_note"], json!(null));
        for person in [&leader, &member] {
            assert_eq!(aftermath.completed(person).await, json!(0));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_somebody_came_may_be_found_after_the_penalty_was_revoked() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member] = aftermath.stage.people().await;
    let penalty = aftermath.given(&leader, &member).await;
    let first = json!({ "note": "증거가 없습니다" });
    decide(&admin, "revoke", &penalty, first.clone()).await.expect(200);
    decide(&admin, "revoke", &penalty, first).await.expect_problem(409, "penalty_revoked");
    assert_eq!(aftermath.completed(&member).await, json!(0));

    let came = json!({ "came": true });
    let found = decide(&admin, "revoke", &penalty, came.clone()).await.expect(200);
    assert_eq!(found["decision_note"], json!("증거가 없습니다"), "nothing was said in its place");
    for person in [&leader, &member] {
        assert_eq!(aftermath.completed(person).await, json!(1), "and is seen at once");
    }
    decide(&admin, "revoke", &penalty, came).await.expect_problem(409, "penalty_revoked");
    // The penalty was revoked once, and this is told once.
    assert_eq!(aftermath.stage.app.events("penalty.revoked.v1").await.len(), 1);
    let log = admin.get("/v1/admin/log").await.expect(200);
    let details = [&log["items"][0]["detail"], &log["items"][1]["detail"]];
    assert_eq!(details, [&json!({ "came": true }), &json!({ "came": false })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaders_have_no_attendance_to_put_right() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, came] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[&came], &[]).await;
    assert_eq!(aftermath.completed(&leader).await, json!(1));
    let penalty = blame(&admin, &path, &came).await;
    assert_eq!(aftermath.completed(&leader).await, json!(0), "the leader was not there");
    assert_eq!(aftermath.completed(&came).await, json!(1));
    let refused = decide(&admin, "revoke", &penalty, json!({ "came": true })).await;
    refused.expect_problem(409, "no_attendance_of_leaders");
    decide(&admin, "revoke", &penalty, json!({})).await.expect(200);
    assert_eq!(aftermath.completed(&leader).await, json!(1));
}

/// A member reports the leader of a party, and gets them a penalty from this administrator.
async fn blame(admin: &Client, path: &str, member: &Person) -> String {
    let party = path.trim_start_matches("/v1/parties/");
    let reference = json!({ "kind": "party", "party_id": party });
    let report = json!({ "reference": reference, "reason": "leader_absent" });
    let report = member.client.post("/v1/reports", report).await.expect(201);
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    admin.post(&resolve, json!({ "resolution": "penalized" })).await.expect(200);
    let log = admin.get("/v1/admin/log").await.expect(200);
    let given = log["items"].as_array().unwrap().iter().find(|e| e["action"] == "penalty_given");
    given.unwrap()["subject_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_is_turned_down_is_answered() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member] = aftermath.stage.people().await;
    let penalty = aftermath.given(&leader, &member).await;
    member.appeal(&penalty).await.expect(200);
    let note = json!({ "note": "약속 시간에 연락이 없었습니다" });
    let upheld = decide(&admin, "uphold", &penalty, note).await.expect(200);
    let view = seen(&member.client, &penalty).await;
    assert_eq!(view["decision_note"], json!("약속 시간에 연락이 없었습니다"));
    assert_eq!(view["decided_at"], upheld["decided_at"]);
    let mine = leader.client.get("/v1/users/me/penalties?side=given").await.expect(200);
    for key in ["appeal", "decision_note"] {
        assert_eq!(mine["items"][0][key], json!(null), "not for the leader");
    }

    let events = aftermath.stage.app.events("penalty.upheld.v1").await;
    assert_eq!(events.len(), 1, "the member is told");
    assert_eq!((&events[0]["change"], &events[0]["active_count"]), (&json!("upheld"), &json!(1)));
    assert_eq!(events[0]["member_id"], json!(member.id));
    // What is said of another decision takes the place of it, also when that is nothing.
    let revoked = decide(&admin, "revoke", &penalty, json!({})).await.expect(200);
    assert_eq!(revoked["decision_note"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_decides_nothing() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member] = aftermath.stage.people().await;
    let penalty = aftermath.given(&leader, &member).await;
    member.appeal(&penalty).await.expect(200);
    for decision in ["uphold", "revoke"] {
        for note in [json!("가".repeat(501)), json!("a\u{0}b")] {
            let refused = decide(&admin, decision, &penalty, json!({ "note": note })).await;
            refused.expect_invalid(&["/note"]);
        }
        decide(&admin, decision, &penalty, json!({ "x": 1 })).await.expect_invalid(&["/x"]);
        let path = format!("/v1/admin/penalties/{penalty}/{decision}");
        let text = admin.request(Method::POST, &path).header("content-type", "text/plain");
        Client::send(text.body("{}")).await.expect_problem(415, "unsupported_media_type");
        let torn = admin.request(Method::POST, &path).header("content-type", "application/json");
        Client::send(torn.body("{")).await.expect_problem(400, "malformed_request");
    }
    assert_eq!(seen(&member.client, &penalty).await["status"], json!("appealed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_led_the_party_is_a_leader() {
    let aftermath = Aftermath::spawn().await;
    let (admin, other) = (aftermath.stage.admin().await, aftermath.admin().await);
    let member = aftermath.person("이웃집").await;
    let penalty = aftermath.given(&admin, &member).await;
    member.appeal(&penalty).await.expect(200);
    let appeals = "/v1/admin/penalties/appeals";
    for (reader, appeal) in [(&admin.client, json!(null)), (&other, json!("병원에 있었어요"))]
    {
        assert_eq!(seen(reader, &penalty).await["appeal"], appeal);
        assert_eq!(reader.get(appeals).await.expect(200)["items"][0]["appeal"], appeal);
    }
    let refused = decide(&admin.client, "uphold", &penalty, json!({})).await;
    refused.expect_problem(403, "own_case");
    // Whoever was wrong may say so.
    decide(&admin.client, "revoke", &penalty, json!({ "came": true })).await.expect(200);
    assert_eq!(aftermath.completed(&member).await, json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gave_a_penalty_to_a_leader_does_not_judge_the_appeal() {
    let aftermath = Aftermath::spawn().await;
    let (admin, other) = (aftermath.admin().await, aftermath.stage.admin().await.client);
    let [leader, came] = aftermath.stage.people().await;
    for (judge, decision) in [(&other, "uphold"), (&admin, "revoke")] {
        let path = aftermath.party(&leader, &[&came], &[]).await;
        let penalty = blame(&admin, &path, &came).await;
        leader.appeal(&penalty).await.expect(200);
        let refused = decide(&admin, "uphold", &penalty, json!({})).await;
        refused.expect_problem(403, "own_case");
        decide(judge, decision, &penalty, json!({})).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_banned_from_leading_gives_no_penalties_but_says_who_came() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let next = aftermath.stage.open(&leader).await;
    aftermath.stage.join(&next, &leader, &absent).await;
    leader.lock(&next).await.expect(200);
    // What has begun stays, and somebody has to say who came.
    aftermath.stage.at(10);
    let bans = format!("/v1/admin/users/{}/bans", leader.id);
    let ban =
        admin.post(&bans, json!({ "scope": "lead", "reason": "허위 파티" })).await.expect(201);
    leader.punish(&path, &absent).await.expect_problem(403, "banned");
    leader.complete(&next, &[(&absent, true)]).await.expect(200);
    assert_eq!(aftermath.profile(&leader, &absent).await["penalties"], json!(0));
    admin.act(&format!("/v1/admin/bans/{}/lift", ban["id"].as_str().unwrap())).await.expect(200);
    leader.punish(&path, &absent).await.expect(201);
}
