//! `GET /v1/users/me/parties`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::{Person, Stage};

async fn mine(person: &Person, query: &str) -> Vec<(String, Value)> {
    let list = person.client.get(&format!("/v1/users/me/parties?{query}")).await.expect(200);
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| {
            (format!("/v1/parties/{}", party["id"].as_str().unwrap()), party["me"].clone())
        })
        .collect()
}

fn me(role: &str, status: &str) -> Value {
    json!({ "role": role, "status": status, "shares": 1 })
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_one_sees_how_one_stands_in_each() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    let led = stage.open(&person).await;
    let mut expected = vec![(led, json!({ "role": "leader", "status": null, "shares": 1 }))];
    for _ in 0..5 {
        let path = stage.open(&leader).await;
        person.apply(&path, 1).await.expect(201);
        expected.push((path, me("applicant", "applied")));
    }
    let path = |number: usize| expected[number].0.clone();
    let (withdrawn, rejected, accepted, left) = (path(1), path(2), path(3), path(4));
    person.withdraw(&withdrawn).await.expect(204);
    leader.reject(&rejected, &person).await.expect(200);
    leader.accept(&accepted, &person).await.expect(200);
    leader.accept(&left, &person).await.expect(200);
    person.leave(&left).await.expect(204);
    expected[1].1 = me("applicant", "withdrawn");
    expected[2].1 = me("applicant", "rejected");
    expected[3].1 = me("member", "accepted");
    expected[4].1 = me("member", "left");
    expected.reverse();

    assert_eq!(mine(&person, "").await, expected);
    for role in ["leader", "member", "applicant"] {
        let of_role: Vec<_> =
            expected.iter().filter(|(_, me)| me["role"] == json!(role)).cloned().collect();
        assert_eq!(mine(&person, &format!("role={role}")).await, of_role);
    }
    assert_eq!(mine(&leader, "role=leader").await.len(), 5);
    assert_eq!(mine(&leader, "role=member").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_comes_in_pages() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    for number in 0..9 {
        if number % 2 == 0 {
            stage.open(&person).await;
        } else {
            let path = stage.open(&leader).await;
            person.apply(&path, 1).await.expect(201);
        }
        stage.app.clock.advance(TimeDelta::seconds(1));
    }
    let all = mine(&person, "").await;
    assert_eq!(all.len(), 9);
    let mut seen = Vec::new();
    let mut next = "/v1/users/me/parties?limit=2".to_owned();
    loop {
        let page = person.client.get(&next).await.expect(200);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|party| party["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("/v1/users/me/parties?limit=2&cursor={cursor}");
    }
    let expected: Vec<_> =
        all.iter().map(|(path, _)| path.trim_start_matches("/v1/parties/")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_time_has_brought_about_is_found_by_it() {
    // No worker writes down what is due.
    let stage = Stage::spawn().await;
    let [leader, member] = stage.people().await;
    let lonely = stage.open(&leader).await;
    let enough = stage.open(&leader).await;
    let open = stage.open_with(&leader, json!({ "join_deadline": null })).await;
    stage.join(&enough, &leader, &member).await;
    stage.at(5);
    for (status, path) in [("open", &open), ("locked", &enough), ("cancelled", &lonely)] {
        let found = mine(&leader, &format!("role=leader&status={status}")).await;
        assert_eq!(found.iter().map(|(path, _)| path).collect::<Vec<_>>(), [path], "{status}");
    }
    assert_eq!(mine(&leader, "status=done").await, []);
    assert_eq!(mine(&member, "status=locked").await, [(enough, me("member", "accepted"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_are_refused() {
    let stage = Stage::spawn().await;
    let [person] = stage.people().await;
    for bad in ["role=boss", "status=JOINED", "limit=0", "cursor=x", "page=1"] {
        let answer = person.client.get(&format!("/v1/users/me/parties?{bad}")).await;
        answer.expect_problem(422, "validation_failed");
    }
    stage.app.client.get("/v1/users/me/parties").await.expect_problem(401, "unauthenticated");
}
