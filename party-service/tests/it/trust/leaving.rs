//! Leaving the platform: what becomes of parties.

use serde_json::json;
use testkit::until;

use super::people::{Account, sql_id};
use crate::parties::stage::{Stage, hours};

/// Waits until nothing is left to be done but to erase, in some days.
async fn all_left(stage: &Stage) {
    let sql = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM users WHERE withdrawal_step = 'leave'";
    until("all parties to be left", async || (stage.app.text(sql).await == "0").then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parties_led_are_cancelled() {
    let stage = Stage::spawn().await;
    let leader = Account::open(&stage.app, "파티장").await;
    let [member, applicant] = stage.people().await;
    let open = stage.open(&leader.person).await;
    stage.join(&open, &leader.person, &member).await;
    applicant.apply(&open, 1).await.expect(201);
    let locked = stage.open(&leader.person).await;
    stage.join(&locked, &leader.person, &member).await;
    leader.person.lock(&locked).await.expect(200);
    leader.withdraw().await;
    all_left(&stage).await;
    for path in [&open, &locked] {
        let party = stage.see(path, &member).await;
        assert_eq!(party["status"], json!("cancelled"));
        assert_eq!(party["cancelled_by"], json!("withdrawal"));
        assert_eq!(party["leader"]["nickname"], json!("탈퇴한 사용자"));
    }
    let cancelled = stage.app.events("party.cancelled.v1").await;
    assert_eq!(cancelled.len(), 2, "members and applicants are told");
    assert_eq!(cancelled[0]["actor_id"], json!(leader.person.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn memberships_are_left_and_applications_taken_back() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    let goer = Account::open(&stage.app, "떠날 사람").await;
    let other = stage.person("남을 사람").await;
    let joined = stage.open_with(&leader, json!({ "total_shares": 2 })).await;
    stage.join(&joined, &leader, &goer.person).await;
    assert_eq!(stage.see(&joined, &leader).await["status"], json!("locked"), "it is full");
    let applied = stage.open(&leader).await;
    goer.person.apply(&applied, 1).await.expect(201);
    other.apply(&applied, 1).await.expect(201);
    goer.withdraw().await;
    all_left(&stage).await;

    let party = stage.see(&joined, &leader).await;
    assert_eq!((&party["status"], &party["taken_shares"]), (&json!("open"), &json!(1)));
    let list = leader.client.get(&format!("{applied}/applications")).await.expect(200);
    assert_eq!(super::people::names(&list), ["남을 사람"]);
    let standings = "SELECT GROUP_CONCAT(status ORDER BY status) AS text FROM party_members \
                     WHERE user_id IN (SELECT id FROM users WHERE withdrawn_at IS NOT NULL)";
    assert_eq!(stage.app.text(standings).await, "left,withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_who_leaves_after_the_meeting_began_is_still_to_be_marked() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    let goer = Account::open(&stage.app, "떠날 사람").await;
    let path = stage.open_with(&leader, json!({ "total_shares": 2 })).await;
    stage.join(&path, &leader, &goer.person).await;
    stage.at(10);
    goer.withdraw().await;
    all_left(&stage).await;
    let members = leader.client.get(&format!("{path}/members")).await.expect(200);
    assert_eq!(super::people::names(&members), ["파티장", "탈퇴한 사용자"]);
    leader.complete(&path, &[(&goer.person, false)]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_who_leaves_after_the_meeting_began_can_still_be_reported() {
    let stage = Stage::spawn().await;
    let (admin, member) = (stage.admin().await, stage.person("이웃집").await);
    let leader = Account::open(&stage.app, "파티장").await;
    let path = stage.open_with(&leader.person, json!({ "total_shares": 2 })).await;
    stage.join(&path, &leader.person, &member).await;
    stage.at(10);
    leader.withdraw().await;
    all_left(&stage).await;
    assert_eq!(stage.see(&path, &member).await["status"], json!("locked"));
    stage.at(12);
    let party = path.trim_start_matches("/v1/parties/");
    let report = json!({
        "reference": { "kind": "party", "party_id": party }, "reason": "leader_absent",
    });
    let report = member.client.post("/v1/reports", report).await.expect(201);
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    admin.client.post(&resolve, json!({ "resolution": "penalized" })).await.expect(200);
    let penalties = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM penalties";
    assert_eq!(stage.app.text(penalties).await, "1");
    stage.at(12 + 72);
    assert_eq!(stage.see(&path, &member).await["cancelled_by"], json!("overdue"));
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_parties_there_are_all_are_left() {
    let stage = Stage::spawn().await;
    let leader = Account::open(&stage.app, "파티장").await;
    let member = stage.person("이웃집").await;
    let path = stage.open(&leader.person).await;
    stage.join(&path, &leader.person, &member).await;
    let id = path.rsplit('/').next().unwrap().replace('-', "");
    // More than are looked up at once, and some whose deadline has passed meanwhile.
    stage
        .run(&format!(
            "CREATE TEMPORARY TABLE copies SELECT p.*, s.seq AS number FROM parties p \
               JOIN (SELECT a.n * 100 + b.n * 10 + c.n AS seq FROM \
                 (SELECT 0 n UNION SELECT 1 UNION SELECT 2) a, \
                 (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 \
                  UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) b, \
                 (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 \
                  UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) c) s \
               WHERE p.id = x'{id}'; \
             UPDATE copies SET id = UNHEX(MD5(number)); \
             ALTER TABLE copies DROP COLUMN number; \
             INSERT INTO parties SELECT * FROM copies; \
             INSERT INTO party_members (party_id, user_id, shares, status, applied_at, updated_at) \
               SELECT id, {member}, 1, 'accepted', '2026-11-23', '2026-11-23' FROM copies",
            member = sql_id(member.id),
        ))
        .await;
    assert!(stage.app.clock.now() < hours(5));
    leader.withdraw().await;
    all_left(&stage).await;
    let alive = "SELECT CONCAT_WS(' ', COUNT(*), SUM(status = 'cancelled')) AS text FROM parties";
    assert_eq!(stage.app.text(alive).await, "301 301");
    assert_eq!(stage.app.events("party.cancelled.v1").await.len(), 301, "each once");
}
