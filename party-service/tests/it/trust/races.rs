//! Leaving, and being banned, while something else happens.

use serde_json::json;
use testkit::until;

use super::people::Account;
use crate::helpers::PASSWORD;
use crate::parties::stage::Stage;

const RUNS: usize = 8;

/// Waits until nobody who has withdrawn is in, or at the head of, a party that is alive.
async fn nobody_is_left_in_a_party(stage: &Stage) {
    let sql = "SELECT CAST((SELECT COUNT(*) FROM users WHERE withdrawal_step = 'leave') + \
        (SELECT COUNT(*) FROM parties p JOIN users u ON u.id = p.leader_id \
          WHERE p.status IN ('open', 'locked') AND u.withdrawn_at IS NOT NULL) + \
        (SELECT COUNT(*) FROM party_members m JOIN users u ON u.id = m.user_id \
          JOIN parties p ON p.id = m.party_id \
          WHERE p.status IN ('open', 'locked') AND m.status IN ('applied', 'accepted') \
            AND u.withdrawn_at IS NOT NULL) AS CHAR) AS text";
    until("all parties to be left", async || (stage.app.text(sql).await == "0").then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdraw_against_accept() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    for run in 0..RUNS {
        let goer = Account::open(&stage.app, &format!("떠날 사람 {run}")).await;
        let path = stage.open(&leader).await;
        goer.person.apply(&path, 1).await.expect(201);
        let (gone, accepted) =
            tokio::join!(goer.withdraw_with(PASSWORD), leader.accept(&path, &goer.person));
        gone.expect(204);
        assert!(
            matches!(
                (accepted.status.as_u16(), accepted.code()),
                (200, "") | (404, "application_not_found")
            ),
            "{accepted:?}"
        );
        nobody_is_left_in_a_party(&stage).await;
        let party = stage.see(&path, &leader).await;
        assert_eq!((&party["status"], &party["taken_shares"]), (&json!("open"), &json!(1)));
        leader.cancel(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdraw_against_opening_a_party() {
    let stage = Stage::spawn().await;
    for run in 0..RUNS {
        let goer = Account::open(&stage.app, &format!("떠날 사람 {run}")).await;
        let opened = goer.person.client.post("/v1/parties", stage.wish());
        let (gone, opened) = tokio::join!(goer.withdraw_with(PASSWORD), opened);
        gone.expect(204);
        assert!(matches!(opened.status.as_u16(), 201 | 401 | 404), "{opened:?}");
        nobody_is_left_in_a_party(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdraw_against_applying() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    let path = stage.open(&leader).await;
    for run in 0..RUNS {
        let goer = Account::open(&stage.app, &format!("떠날 사람 {run}")).await;
        let (gone, applied) =
            tokio::join!(goer.withdraw_with(PASSWORD), goer.person.apply(&path, 1));
        gone.expect(204);
        assert!(matches!(applied.status.as_u16(), 201 | 401 | 404), "{applied:?}");
        nobody_is_left_in_a_party(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdraw_against_withdraw_and_sign_in() {
    let stage = Stage::spawn().await;
    for run in 0..RUNS {
        let goer = Account::open(&stage.app, &format!("떠날 사람 {run}")).await;
        let (one, other, tokens) = tokio::join!(
            goer.withdraw_with(PASSWORD),
            goer.withdraw_with(PASSWORD),
            stage.app.try_sign_in(&goer.email, PASSWORD)
        );
        let gone = [&one, &other].into_iter().filter(|answer| answer.status == 204).count();
        assert_eq!(gone, 1, "{one:?} {other:?}");
        assert!(matches!(tokens.status.as_u16(), 201 | 401), "{tokens:?}");
        if tokens.status == 201 {
            let token = tokens.body["access_token"].as_str().unwrap();
            let client = stage.app.client.with_token(token);
            client.get("/v1/users/me").await.expect_problem(401, "session_revoked");
        }
    }
    assert_eq!(stage.app.events("user.withdrawn.v1").await.len(), RUNS);
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_against_sign_in() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    for run in 0..RUNS {
        let account = Account::open(&stage.app, &format!("수상한 사람 {run}")).await;
        let path = format!("/v1/admin/users/{}/bans", account.person.id);
        let ban = admin.client.post(&path, json!({ "scope": "all", "reason": "사기" }));
        let (banned, tokens) = tokio::join!(ban, stage.app.try_sign_in(&account.email, PASSWORD));
        banned.expect(201);
        match tokens.status.as_u16() {
            201 => {
                let token = tokens.body["access_token"].as_str().unwrap();
                let client = stage.app.client.with_token(token);
                client.get("/v1/users/me").await.expect_problem(401, "session_revoked");
                stage.app.refresh(&tokens.body).await.expect(401);
            }
            _ => tokens.expect_problem(403, "banned"),
        }
        stage.app.try_sign_in(&account.email, PASSWORD).await.expect_problem(403, "banned");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ban_against_applying() {
    let stage = Stage::spawn().await;
    let admin = stage.admin().await;
    let leader = stage.person("파티장").await;
    for run in 0..RUNS {
        let path = stage.open(&leader).await;
        let person = stage.person(&format!("수상한 사람 {run}")).await;
        let bans = format!("/v1/admin/users/{}/bans", person.id);
        let ban = admin.client.post(&bans, json!({ "scope": "join", "reason": "노쇼" }));
        let (banned, applied) = tokio::join!(ban, person.apply(&path, 1));
        banned.expect(201);
        assert!(matches!(applied.status.as_u16(), 201 | 403), "{applied:?}");
        // Whoever was faster is in the list and cannot be accepted.
        leader.accept(&path, &person).await.expect_problem(404, "application_not_found");
        leader.cancel(&path).await.expect(200);
    }
}
