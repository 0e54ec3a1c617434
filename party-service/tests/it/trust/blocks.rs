//! Blocks: neither sees the other, and nobody is told.

use reqwest::Method;
use serde_json::json;
use testkit::{Answer, Client};

use crate::parties::stage::{MARKET, Person, Stage};

async fn block(who: &Person, whom: &Person) -> Answer {
    who.client.put(&format!("/v1/users/me/blocks/{}", whom.id), json!(null)).await
}

async fn unblock(who: &Person, whom: &Person) -> Answer {
    who.client.delete(&format!("/v1/users/me/blocks/{}", whom.id)).await
}

async fn nearby(reader: &Person) -> usize {
    let path = format!("/v1/parties?lat={}&lon={}", MARKET.0, MARKET.1);
    reader.client.get(&path).await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_finds_nor_joins_the_others_parties() {
    let stage = Stage::spawn().await;
    let [a, b, stranger] = stage.people().await;
    let (of_a, of_b) = (stage.open(&a).await, stage.open(&b).await);
    assert_eq!((nearby(&a).await, nearby(&b).await), (2, 2));
    block(&a, &b).await.expect(204);
    block(&a, &b).await.expect(204);
    assert_eq!((nearby(&a).await, nearby(&b).await, nearby(&stranger).await), (1, 1, 2));
    for (person, path) in [(&a, &of_b), (&b, &of_a)] {
        // As if there were no such party, which is all that either can find out.
        person.client.get(path).await.expect_problem(404, "party_not_found");
        person.apply(path, 1).await.expect_problem(404, "party_not_found");
    }
    unblock(&a, &b).await.expect(204);
    unblock(&a, &b).await.expect(204);
    assert_eq!((nearby(&a).await, nearby(&b).await), (2, 2));
    b.apply(&of_a, 1).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_from_before_is_gone_for_the_leader() {
    let stage = Stage::spawn().await;
    let [leader, applicant, other] = stage.people().await;
    let path = stage.open(&leader).await;
    applicant.apply(&path, 1).await.expect(201);
    other.apply(&path, 1).await.expect(201);
    for (who, whom) in [(&leader, &applicant), (&applicant, &leader)] {
        block(who, whom).await.expect(204);
        let list = leader.client.get(&format!("{path}/applications")).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        let accepted = leader.accept(&path, &applicant).await;
        accepted.expect_problem(404, "application_not_found");
        unblock(who, whom).await.expect(204);
    }
    // Others are told what they always are.
    block(&other, &applicant).await.expect(204);
    other.accept(&path, &applicant).await.expect_problem(403, "not_the_leader");
    leader.accept(&path, &applicant).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_stays_in_and_who_was_cannot_come_back() {
    let stage = Stage::spawn().await;
    let [leader, member, rejected] = stage.people().await;
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    rejected.apply(&path, 1).await.expect(201);
    leader.reject(&path, &rejected).await.expect(200);
    block(&leader, &member).await.expect(204);
    block(&leader, &rejected).await.expect(204);
    assert_eq!(stage.see(&path, &member).await["me"]["status"], json!("accepted"));
    rejected.apply(&path, 1).await.expect_problem(404, "party_not_found");
    member.leave(&path).await.expect(204);
    member.apply(&path, 1).await.expect_problem(404, "party_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_whom_one_has_blocked_and_not_by_whom_one_is() {
    let stage = Stage::spawn().await;
    let [me, one, other] = stage.people().await;
    block(&me, &one).await.expect(204);
    block(&me, &other).await.expect(204);
    let page = me.client.get("/v1/users/me/blocks?limit=1").await.expect(200);
    assert_eq!(page["items"][0]["user_id"], json!(one.id));
    let next = format!("/v1/users/me/blocks?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(super::people::names(&me.client.get(&next).await.expect(200)), ["이웃 2"]);
    let theirs = one.client.get("/v1/users/me/blocks").await.expect(200);
    assert_eq!(theirs["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_blocked_is_not() {
    let stage = Stage::spawn().await;
    let [me] = stage.people().await;
    block(&me, &me).await.expect_invalid(&["user_id"]);
    let nobody = "/v1/users/me/blocks/019b0000-0000-7000-8000-000000000000";
    Client::send(me.client.request(Method::PUT, nobody))
        .await
        .expect_problem(404, "user_not_found");
    me.client.delete(nobody).await.expect(204);
    Client::send(me.client.request(Method::PUT, "/v1/users/me/blocks/me")).await.expect(404);
}
