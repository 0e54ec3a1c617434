//! Things that happen at once: whoever comes first, a party stays whole.

use std::collections::HashMap;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::stage::{Person, Stage};

/// How often each race is run: the outcome may be another each time.
const RUNS: usize = 8;

fn count(answers: &[Answer]) -> HashMap<(u16, &str), usize> {
    let mut counts = HashMap::new();
    for answer in answers {
        *counts.entry((answer.status.as_u16(), answer.code())).or_default() += 1;
    }
    counts
}

/// What is stored says the same in both tables, and no more is taken than there is.
async fn assert_whole(stage: &Stage) {
    let sql = "SELECT CAST(COUNT(*) AS CHAR) AS text FROM parties p WHERE taken_shares > total_shares \
               OR taken_shares <> leader_shares + (SELECT IFNULL(SUM(m.shares), 0) FROM party_members m \
                   WHERE m.party_id = p.id AND m.status = 'accepted') \
               OR members_count <> 1 + (SELECT COUNT(*) FROM party_members m \
                   WHERE m.party_id = p.id AND m.status = 'accepted') \
               OR (status = 'open' AND taken_shares = total_shares)";
    assert_eq!(stage.app.text(sql).await, "0");
    let mut versions: HashMap<String, Vec<u64>> = HashMap::new();
    for (_, data) in stage.news().await {
        let party = &data["party"];
        let id = party["party_id"].as_str().unwrap().to_owned();
        versions.entry(id).or_default().push(party["version"].as_u64().unwrap());
    }
    for versions in versions.values() {
        let all: Vec<_> = (1..=u64::try_from(versions.len()).unwrap()).collect();
        assert_eq!(*versions, all, "each change has its own version, in the order of the outbox");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d18_accept_against_accept() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    let people = stage.people::<9>().await;
    let path = stage.open(&leader).await;
    for person in &people {
        person.apply(&path, 1).await.expect(201);
    }
    let answers = join_all(people.iter().map(|person| leader.accept(&path, person))).await;
    let counts = count(&answers);
    assert_eq!(counts, HashMap::from([((200, ""), 3), ((409, "party_full"), 6)]));
    assert_eq!(stage.see(&path, &leader).await["taken_shares"], json!(4));
    assert_whole(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d18_accept_against_accept_of_different_sizes() {
    let stage = Stage::spawn().await;
    let leader = stage.person("파티장").await;
    let people = stage.people::<6>().await;
    for _ in 0..RUNS / 2 {
        let path = stage.open_with(&leader, json!({ "total_shares": 6 })).await;
        for (person, shares) in people.iter().zip([1, 2, 3, 1, 2, 3]) {
            person.apply(&path, shares).await.expect(201);
        }
        let answers = join_all(people.iter().map(|person| leader.accept(&path, person))).await;
        for (status, code) in count(&answers).into_keys() {
            assert!(matches!(
                (status, code),
                (200, "") | (409, "party_full" | "not_enough_shares")
            ));
        }
        assert_whole(&stage).await;
        leader.cancel(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accept_against_leave() {
    let stage = Stage::spawn().await;
    let [leader, member, applicant] = stage.people().await;
    for _ in 0..RUNS {
        let path = stage.open_with(&leader, json!({ "total_shares": 2 })).await;
        applicant.apply(&path, 1).await.expect(201);
        stage.join(&path, &leader, &member).await;
        let (accepted, left) = tokio::join!(leader.accept(&path, &applicant), member.leave(&path));
        left.expect(204);
        let party = stage.see(&path, &leader).await;
        match accepted.code() {
            "" => assert_eq!(
                (&party["status"], &party["taken_shares"]),
                (&json!("locked"), &json!(2))
            ),
            "party_full" => {
                assert_eq!((&party["status"], &party["taken_shares"]), (&json!("open"), &json!(1)));
            }
            other => panic!("{other}"),
        }
        assert_whole(&stage).await;
        leader.cancel(&path).await.expect(200);
    }
}

/// One of two things was done, and the other refused or done after it.
async fn race(
    stage: &Stage,
    path: &str,
    leader: &Person,
    first: impl Future<Output = Answer>,
    second: impl Future<Output = Answer>,
) -> (Answer, Answer, Value) {
    let (first, second) = tokio::join!(first, second);
    assert_whole(stage).await;
    let party = stage.see(path, leader).await;
    (first, second, party)
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_against_accept() {
    let stage = Stage::spawn().await;
    let [leader, applicant] = stage.people().await;
    for _ in 0..RUNS {
        let path = stage.open(&leader).await;
        applicant.apply(&path, 1).await.expect(201);
        let (lock, accept) = (leader.lock(&path), leader.accept(&path, &applicant));
        let (locked, accepted, party) = race(&stage, &path, &leader, lock, accept).await;
        locked.expect(200);
        let taken = if accepted.status == 200 { 2 } else { 1 };
        assert!(taken == 2 || accepted.code() == "invalid_party_state");
        assert_eq!(party["taken_shares"], json!(taken));
        assert_eq!(party["locked_by"], json!("leader"));
        leader.cancel(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_against_accept() {
    let stage = Stage::spawn().await;
    let [leader, applicant] = stage.people().await;
    for _ in 0..RUNS {
        let path = stage.open_with(&leader, json!({ "total_shares": 2 })).await;
        applicant.apply(&path, 1).await.expect(201);
        let (cancel, accept) = (leader.cancel(&path), leader.accept(&path, &applicant));
        let (cancelled, accepted, party) = race(&stage, &path, &leader, cancel, accept).await;
        cancelled.expect(200);
        assert!(accepted.status == 200 || accepted.code() == "invalid_party_state");
        assert_eq!(party["status"], json!("cancelled"), "nothing revives a cancelled party");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn complete_against_leave() {
    let stage = Stage::spawn().await;
    let [leader, member] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    stage.at(10);
    let attendance = [(&member, true)];
    let (complete, leave) = (leader.complete(&path, &attendance), member.leave(&path));
    let (completed, left, party) = race(&stage, &path, &leader, complete, leave).await;
    completed.expect(200);
    assert!(matches!(left.code(), "meeting_started" | "invalid_party_state"), "{}", left.code());
    assert_eq!((&party["status"], &party["taken_shares"]), (&json!("done"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn edit_of_shares_against_accept() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    for _ in 0..RUNS {
        let path = stage.open_with(&leader, json!({ "total_shares": 3 })).await;
        stage.join(&path, &leader, &a).await;
        b.apply(&path, 1).await.expect(201);
        let edit = leader.edit(&path, json!({ "total_shares": 2 }));
        let accept = leader.accept(&path, &b);
        let (edited, accepted, party) = race(&stage, &path, &leader, edit, accept).await;
        match (edited.status.as_u16(), accepted.code()) {
            (200, "party_full") => assert_eq!(party["total_shares"], json!(2)),
            (409, "") => {
                assert_eq!(
                    (&party["total_shares"], &party["taken_shares"]),
                    (&json!(3), &json!(3))
                );
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(party["status"], json!("locked"));
        leader.cancel(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d20_apply_against_apply() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    let path = stage.open(&leader).await;
    let answers = join_all([1, 2, 3, 1, 2, 3].map(|shares| person.apply(&path, shares))).await;
    let counts = count(&answers);
    assert_eq!(counts, HashMap::from([((201, ""), 1), ((409, "already_applied"), 5)]));
    let list = leader.client.get(&format!("{path}/applications")).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p02_nobody_opens_a_sixth_party_by_being_fast() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let posts = (0..12).map(|_| leader.client.post("/v1/parties", stage.wish()));
    let answers = join_all(posts).await;
    let counts = count(&answers);
    assert_eq!(counts, HashMap::from([((201, ""), 5), ((409, "too_many_open_parties"), 7)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_idempotency_key_at_once_does_it_once() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    let path = stage.open(&leader).await;
    person.apply(&path, 3).await.expect(201);
    let accept = format!("{path}/applications/{}/accept", person.id);
    let requests = (0..8).map(|_| Client::send(leader.once(Method::POST, &accept, "accept-1")));
    for answer in join_all(requests).await {
        assert_eq!(answer.expect(200)["taken_shares"], json!(4));
    }
    let opens = (0..8).map(|_| {
        let request = leader.once(Method::POST, "/v1/parties", "open-1");
        Client::send(request.json(&stage.wish()))
    });
    let mut ids: Vec<_> =
        join_all(opens).await.into_iter().map(|answer| answer.expect(201)["id"].clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_whole(&stage).await;
    let other = leader.once(Method::POST, "/v1/parties", "open-1");
    let other =
        Client::send(other.json(&super::stage::with(stage.wish(), json!({ "quantity": 9 }))));
    other.await.expect_problem(422, "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_at_once_on_two_instances() {
    let stage = Stage::spawn().await;
    let config = Stage::config(&stage.app.database, &stage.catalog);
    let leader = stage.person("파티장").await;
    let people = stage.people::<8>().await;
    let path = stage.open_with(&leader, json!({ "total_shares": 6 })).await;
    for person in &people {
        person.apply(&path, 1).await.expect(201);
    }
    // The other instance signs with other keys: it is given those of the first.
    let mut config = config;
    config.tokens.keys_dir.clone_from(&stage.app.keys_dir);
    let other = stage.app.again(&config);
    let (path, leader) = (&path, &leader);
    let walks = people.iter().enumerate().map(|(number, person)| {
        let instance = if number % 2 == 0 { &stage.app.client } else { &other.client };
        let on = |someone: &Person| Person {
            id: someone.id,
            client: instance.with_token(someone.client.token().unwrap()),
        };
        let (leader, person) = (on(leader), on(person));
        async move {
            for _ in 0..4 {
                leader.accept(path, &person).await;
                person.leave(path).await;
                person.apply(path, 1).await;
            }
            leader.accept(path, &person).await;
        }
    });
    join_all(walks).await;
    assert_whole(&stage).await;
}
