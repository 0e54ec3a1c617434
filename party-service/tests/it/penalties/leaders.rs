//! Leaders who do not come.

use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::stage::Aftermath;
use crate::parties::stage::Person;

impl Person {
    /// Reports that the leader of a party did not come.
    async fn report_leader(&self, path: &str) -> Answer {
        let party = path.trim_start_matches("/v1/parties/");
        let reference = json!({ "kind": "party", "party_id": party });
        let report =
            json!({ "reference": reference, "reason": "leader_absent", "text": "안 왔어요" });
        self.client.post("/v1/reports", report).await
    }
}

async fn resolve(admin: &Client, report: &Value, resolution: &str) -> Answer {
    let path = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    admin.post(&path, json!({ "resolution": resolution })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_a_leader_who_did_not_come_gets_one_penalty_with_the_same_rights() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, came, marked] = aftermath.stage.people().await;
    // The leader, who was not there, says that a member was not.
    let path = aftermath.party(&leader, &[&came], &[&marked]).await;
    let first = marked.report_leader(&path).await.expect(201);
    assert_eq!(first["reason"], json!("leader_absent"));
    assert_eq!(marked.report_leader(&path).await.expect(201)["id"], first["id"]);
    let second = came.report_leader(&path).await.expect(201);
    assert_eq!(
        aftermath.profile(&came, &leader).await["penalties"],
        json!(0),
        "nobody has decided"
    );

    let resolved = resolve(&admin, &first, "penalized").await.expect(200);
    assert_eq!(resolved["outcome"]["resolution"], json!("penalized"));
    resolve(&admin, &second, "penalized").await.expect(200);
    resolve(&admin, &second, "penalized").await.expect_problem(409, "report_already_resolved");
    assert_eq!(
        aftermath.profile(&came, &leader).await["penalties"],
        json!(1),
        "one for all reports"
    );

    let list = leader.client.get("/v1/users/me/penalties").await.expect(200);
    let penalty = &list["items"][0];
    assert_eq!(penalty["for_leading"], json!(true));
    assert_eq!(penalty["given_by"], json!(null), "who decided and who reported is not told");
    assert_eq!(penalty["member"]["user_id"], json!(leader.id));
    let events = aftermath.stage.app.events("penalty.given.v1").await;
    assert_eq!(events.len(), 1, "the leader is told, once");
    assert_eq!(events[0]["member_id"], json!(leader.id));
    assert_eq!((&events[0]["reason"], &events[0]["active_count"]), (&json!("no_show"), &json!(1)));

    // The same rights as everyone: a say, and somebody who decides.
    let id = penalty["id"].as_str().unwrap();
    leader.appeal(id).await.expect(200);
    leader.appeal(id).await.expect_problem(409, "already_appealed");
    let revoke = format!("/v1/admin/penalties/{id}/revoke");
    assert_eq!(admin.act(&revoke).await.expect(200)["for_leading"], json!(true));
    assert_eq!(aftermath.profile(&came, &leader).await["penalties"], json!(0));
    let again = came.report_leader(&path).await.expect(201);
    resolve(&admin, &again, "penalized").await.expect_problem(409, "penalty_revoked");
    resolve(&admin, &again, "dismissed").await.expect(200);
    let log = admin.get("/v1/admin/log").await.expect(200);
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|e| &e["action"]).collect();
    let expected = [
        "report_resolved",
        "penalty_revoked",
        "report_resolved",
        "report_resolved",
        "penalty_given",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_leader_who_never_completes_is_reported_too() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, member, applicant] = aftermath.stage.people().await;
    let path = aftermath.stage.open(&leader).await;
    aftermath.stage.join(&path, &leader, &member).await;
    applicant.apply(&path, 1).await.expect(201);
    member.report_leader(&path).await.expect_problem(409, "invalid_party_state");
    leader.lock(&path).await.expect(200);
    aftermath.stage.at(11);
    member.report_leader(&path).await.expect_problem(409, "meeting_not_over");
    for other in [&leader, &applicant] {
        other.report_leader(&path).await.expect_problem(403, "not_a_member");
    }
    aftermath.stage.at(12);
    let report = member.report_leader(&path).await.expect(201);
    aftermath.stage.at(12 + 72);
    let party = aftermath.stage.see(&path, &member).await;
    assert_eq!(
        (&party["status"], &party["cancelled_by"]),
        (&json!("cancelled"), &json!("overdue"))
    );
    leader.complete(&path, &[(&member, true)]).await.expect_problem(409, "invalid_party_state");
    aftermath.stage.at(12 + 144);
    member.report_leader(&path).await.expect_problem(409, "report_too_late");
    // Who decides is not bound to hours.
    resolve(&admin, &report, "penalized").await.expect(200);
    assert_eq!(aftermath.profile(&member, &leader).await["penalties"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_absence_of_a_leader_is_penalized_and_it_is_a_thing_of_its_own() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let [leader, came] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[&came], &[]).await;
    let party = path.trim_start_matches("/v1/parties/");
    let about = |reference: Value, reason: &str| {
        came.client.post("/v1/reports", json!({ "reference": reference, "reason": reason }))
    };
    let spam = about(json!({ "kind": "party", "party_id": party }), "spam").await.expect(201);
    let absent = came.report_leader(&path).await.expect(201);
    assert_ne!(spam["id"], absent["id"], "neither hides the other");
    resolve(&admin, &spam, "penalized").await.expect_problem(409, "not_about_absence");
    let user = json!({ "kind": "user", "user_id": leader.id });
    about(user, "leader_absent").await.expect_invalid(&["/reason"]);
    let nowhere = format!("/v1/parties/{}", uuid::Uuid::new_v4());
    came.report_leader(&nowhere).await.expect_problem(404, "party_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_administrator_decides_about_themselves() {
    let aftermath = Aftermath::spawn().await;
    let admin = aftermath.admin().await;
    let me = admin.get("/v1/users/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let own = Person { id: me, client: admin.clone() };
    let other = aftermath.person("이웃집").await;
    let path = aftermath.party(&own, &[&other], &[]).await;
    let report = other.report_leader(&path).await.expect(201);
    for resolution in ["penalized", "dismissed"] {
        resolve(&admin, &report, resolution).await.expect_problem(403, "own_case");
    }
    let report = json!({ "kind": "user", "user_id": other.id });
    let report = json!({ "reference": report, "reason": "spam" });
    let report = own.client.post("/v1/reports", report).await.expect(201);
    resolve(&admin, &report, "dismissed").await.expect_problem(403, "own_case");
    let user = json!({ "kind": "user", "user_id": own.id });
    let report = json!({ "reference": user, "reason": "fraud" });
    let report = other.client.post("/v1/reports", report).await.expect(201);
    resolve(&admin, &report, "dismissed").await.expect_problem(403, "own_case");

    let penalty = &aftermath.punish(&own, 1).await[0];
    own.appeal(penalty).await.expect(200);
    for decision in ["uphold", "revoke"] {
        let refused = admin.act(&format!("/v1/admin/penalties/{penalty}/{decision}")).await;
        refused.expect_problem(403, "own_case");
    }
}
