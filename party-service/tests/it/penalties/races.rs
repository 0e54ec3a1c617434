//! Things that happen at once.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::{Client, until};

use super::stage::Aftermath;
use crate::parties::stage::Stage;

/// A stage that a thousand requests may wait for.
async fn patient() -> Aftermath {
    let stage = Stage::spawn_with(|config| {
        config.database.acquire_timeout = Duration::from_mins(1);
        config.database.statement_timeout = Duration::from_mins(1);
    });
    Aftermath::on(stage.await)
}

async fn rows(aftermath: &Aftermath) -> String {
    let sql = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM penalties";
    aftermath.stage.app.text(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn d45_a_thousand_identical_penalties_at_once_are_one() {
    let aftermath = patient().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    // Whoever is told that so many at once are too many tries again.
    let give = || {
        until("a penalty is answered", async || {
            let answer = leader.punish(&path, &absent).await;
            (!answer.status.is_server_error()).then_some(answer)
        })
    };
    let answers = join_all((0..1_000).map(|_| give())).await;
    let given = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(given, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.expect_problem(409, "already_penalized");
    }
    assert_eq!(rows(&aftermath).await, "1");
    let events = aftermath.stage.app.events("penalty.given.v1").await;
    assert_eq!(events.len(), 1, "one event is one notification");
    assert_eq!(events[0]["active_count"], json!(1));
    assert_eq!(aftermath.profile(&leader, &absent).await["penalties"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn d45_the_same_request_sent_again_and_again_gets_one_answer() {
    let aftermath = patient().await;
    let [leader, absent] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let path = format!("{path}/members/{}/penalty", absent.id);
    let requests = (0..50).map(|_| {
        let request = leader.once(Method::POST, &path, "p-1").json(&json!({ "reason": "no_show" }));
        Client::send(request)
    });
    let mut answers: Vec<_> = join_all(requests)
        .await
        .into_iter()
        .map(|answer| answer.expect(201)["id"].clone())
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(rows(&aftermath).await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_penalties_of_many_parties_at_once_are_all_counted() {
    let aftermath = Aftermath::spawn().await;
    let (leader, absent) = (aftermath.person("파티장").await, aftermath.person("이웃집").await);
    let mut paths = Vec::new();
    for _ in 0..8 {
        paths.push(aftermath.party(&leader, &[], &[&absent]).await);
    }
    let give = join_all(paths.iter().map(|path| leader.punish(path, &absent)));
    let read = join_all((0..50).map(|_| aftermath.profile(&leader, &absent)));
    let (given, _) = tokio::join!(give, read);
    for answer in given {
        answer.expect(201);
    }
    assert_eq!(aftermath.profile(&leader, &absent).await["penalties"], json!(8));
    let mut counts: Vec<_> = aftermath
        .stage
        .app
        .events("penalty.given.v1")
        .await
        .iter()
        .map(|event| event["active_count"].as_u64().unwrap())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=8).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_appeal_and_revocation_at_once_nothing_half_done_is_left() {
    let aftermath = Aftermath::spawn().await;
    let (absent, admin) = (aftermath.person("이웃집").await, aftermath.admin().await);
    for penalty in aftermath.punish(&absent, 6).await {
        let revoke = format!("/v1/admin/penalties/{penalty}/revoke");
        let (first, second, appeal) =
            tokio::join!(admin.act(&revoke), admin.act(&revoke), absent.appeal(&penalty));
        let mut revoked = [first.status.as_u16(), second.status.as_u16()];
        revoked.sort_unstable();
        assert_eq!(revoked, [200, 409]);
        assert!(appeal.status == 200 || appeal.code() == "penalty_revoked");
    }
    assert_eq!(aftermath.profile(&absent, &absent).await["penalties"], json!(0));
    assert_eq!(aftermath.stage.app.events("penalty.revoked.v1").await.len(), 6);
}
