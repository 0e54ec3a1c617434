//! What time alone brings about.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::{Stage, hours};

/// The states as they are stored.
async fn stored(stage: &Stage) -> String {
    let sql = "SELECT IFNULL(GROUP_CONCAT(status ORDER BY id), '') AS text FROM parties";
    stage.app.text(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_a_deadline_is_enforced_once_over_all_instances() {
    let stage = Stage::spawn().await;
    let others =
        [(); 2].map(|()| stage.app.again(&Stage::config(&stage.app.database, &stage.catalog)));
    let people = stage.people::<6>().await;
    let mut paths = Vec::new();
    for (number, leader) in people.iter().enumerate() {
        let path = stage.open(leader).await;
        if number % 2 == 0 {
            stage.join(&path, leader, &people[5 - number]).await;
        }
        paths.push(path);
    }
    stage.at(5);
    let settled = "locked,cancelled,locked,cancelled,locked,cancelled";
    testkit::until("all is settled", async || (stored(&stage).await == settled).then_some(()))
        .await;
    let by_time: Vec<_> = stage
        .news()
        .await
        .into_iter()
        .filter(|(_, data)| data.get("actor_id").is_none())
        .map(|(kind, data)| (data["party"]["party_id"].as_str().unwrap().to_owned(), kind))
        .collect();
    assert_eq!(by_time.len(), 6, "each is told once: {by_time:?}");
    for (number, path) in paths.iter().enumerate() {
        let kind = ["party.locked.v1", "party.cancelled.v1"][number % 2];
        let id = path.trim_start_matches("/v1/parties/").to_owned();
        assert!(by_time.contains(&(id, kind.to_owned())));
    }
    drop(others);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_what_nobody_completes_is_cancelled_once_and_told() {
    let stage = Stage::spawn().await;
    let other = stage.app.again(&Stage::config(&stage.app.database, &stage.catalog));
    let [leader, member] = stage.people().await;
    let (done, forgotten) = (stage.open(&leader).await, stage.open(&leader).await);
    for path in [&done, &forgotten] {
        stage.join(path, &leader, &member).await;
        leader.lock(path).await.expect(200);
    }
    stage.at(10);
    leader.complete(&done, &[(&member, true)]).await.expect(200);
    stage.at(12 + 72);
    testkit::until("it is over", async || (stored(&stage).await == "done,cancelled").then_some(()))
        .await;
    let news: Vec<_> = stage.news().await.into_iter().map(|(kind, _)| kind).collect();
    let cancelled = news.iter().filter(|kind| *kind == "party.cancelled.v1").count();
    assert_eq!(cancelled, 1, "{news:?}");
    let seen = stage.see(&forgotten, &member).await;
    assert_eq!(seen["cancelled_by"], json!("overdue"));
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_and_actions_do_not_wait_for_it() {
    let stage = Stage::spawn().await;
    let [leader, member, late] = stage.people().await;
    let (enough, lonely) = (stage.open(&leader).await, stage.open(&leader).await);
    stage.join(&enough, &leader, &member).await;
    late.apply(&enough, 1).await.expect(201);
    stage.app.clock.advance(hours(5) - hours(0) - TimeDelta::microseconds(1));
    assert_eq!(stage.see(&lonely, &late).await["status"], json!("open"));
    stage.app.clock.advance(TimeDelta::microseconds(1));
    let seen = |party: Value| (party["status"].clone(), party["locked_by"].clone());
    assert_eq!(seen(stage.see(&enough, &late).await), (json!("locked"), json!("deadline")));
    assert_eq!(seen(stage.see(&lonely, &late).await), (json!("cancelled"), json!(null)));
    leader.accept(&enough, &late).await.expect_problem(409, "join_closed");
    leader.lock(&lonely).await.expect_problem(409, "invalid_party_state");
    stage.at(10);
    leader.complete(&enough, &[(&member, true)]).await.expect(200);
}
