//! What becomes of parties when catalog-service is away, slow or lies.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::stage::{Stage, with};
use crate::catalog_stand_in::Mood;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_once_and_again_when_the_answer_is_old() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    for _ in 0..3 {
        stage.open(&leader).await;
    }
    assert_eq!(stage.catalog.asked(), ["060103"]);
    stage.app.clock.advance(TimeDelta::minutes(10));
    stage.open(&leader).await;
    assert_eq!(stage.catalog.asked(), ["060103"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_or_a_memory_of_one_it_says_come_back() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    stage.catalog.says(500, "");
    let answer = leader.client.post("/v1/parties", stage.wish()).await;
    answer.expect_problem(503, "unavailable");
    assert_eq!(answer.headers["retry-after"], "2");
    // For a moment nobody asks; then it is asked again.
    stage.catalog.is(Mood::Well);
    leader.client.post("/v1/parties", stage.wish()).await.expect_problem(503, "unavailable");
    assert_eq!(stage.catalog.asked().len(), 1);
    stage.app.clock.advance(TimeDelta::seconds(1));
    stage.open(&leader).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_is_better_than_none() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    stage.open(&leader).await;
    stage.catalog.says(503, "");
    stage.app.clock.advance(TimeDelta::hours(1));
    stage.open(&leader).await;
    let other = with(stage.wish(), json!({ "item_code": "060201" }));
    leader.client.post("/v1/parties", other).await.expect_problem(503, "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_gone_is_forgotten() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    stage.open(&leader).await;
    stage.catalog.says(404, "{}");
    stage.app.clock.advance(TimeDelta::minutes(10));
    let answer = leader.client.post("/v1/parties", stage.wish()).await;
    answer.expect_invalid(&["/item_code"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_ever() {
    let stage =
        Stage::spawn_with(|config| config.catalog.timeout = Duration::from_millis(50)).await;
    let [leader] = stage.people().await;
    stage.catalog.is(Mood::Asleep);
    let answer = leader.client.post("/v1/parties", stage.wish()).await;
    answer.expect_problem(503, "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_at_once_one_asks() {
    let stage = Stage::spawn().await;
    let people = stage.people::<4>().await;
    stage.catalog.is(Mood::Holding);
    let posts = people.iter().map(|person| person.client.post("/v1/parties", stage.wish()));
    let all = futures_util::future::join_all(posts);
    let (answers, ()) = tokio::join!(all, async {
        testkit::until("one asks", async || (!stage.catalog.asked().is_empty()).then_some(()))
            .await;
        stage.catalog.go_on();
    });
    for answer in answers {
        answer.expect(201);
    }
    assert_eq!(stage.catalog.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_is_no_answer() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    for (status, body) in [
        (200, String::new()),
        (200, "<html>".into()),
        (200, r#"{"code":"060201","name":"배","category":{"code":"06"}}"#.into()),
        (200, "[".repeat(1_000_000)),
        (204, String::new()),
        (301, String::new()),
        (401, String::new()),
        (429, String::new()),
    ] {
        stage.catalog.says(status, body);
        let answer = leader.client.post("/v1/parties", stage.wish()).await;
        answer.expect_problem(503, "unavailable");
        stage.app.clock.advance(TimeDelta::seconds(1));
    }
}
