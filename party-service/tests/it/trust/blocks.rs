//! Blocks: neither sees the other, and nobody is told.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};
use uuid::Uuid;

use super::people::sql_id;
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
        // As if there were no such party.
        person.client.get(path).await.expect_problem(404, "party_not_found");
        person.apply(path, 1).await.expect_problem(404, "party_not_found");
    }
    unblock(&a, &b).await.expect(204);
    unblock(&a, &b).await.expect(204);
    assert_eq!((nearby(&a).await, nearby(&b).await), (2, 2));
    b.apply(&of_a, 1).await.expect(201);
    // Those who tell people of parties hear of it, each time once.
    for change in ["blocked", "unblocked"] {
        let told = stage.app.events(&format!("user.{change}.v1")).await;
        let at = "2026-11-23T03:00:00Z";
        let once = json!({ "change": change, "user_id": a.id, "blocked_id": b.id, "at": at });
        assert_eq!(told, [once]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_about_a_hidden_party_there_is_none() {
    let stage = Stage::spawn().await;
    let [leader, blocked, rejected, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    rejected.apply(&path, 1).await.expect(201);
    leader.reject(&path, &rejected).await.expect(200);
    block(&leader, &blocked).await.expect(204);
    block(&rejected, &leader).await.expect(204);
    let requests = [
        (Method::GET, String::new(), json!(null)),
        (Method::GET, "/members".into(), json!(null)),
        (Method::GET, "/applications".into(), json!(null)),
        (Method::PATCH, String::new(), json!({ "quantity": 3 })),
        (Method::POST, "/lock".into(), json!({})),
        (Method::POST, "/cancel".into(), json!({})),
        (Method::POST, "/complete".into(), json!({ "attendance": [] })),
        (Method::POST, "/applications".into(), json!({ "shares": 1 })),
        (Method::DELETE, "/applications/me".into(), json!(null)),
        (Method::DELETE, "/members/me".into(), json!(null)),
        (Method::POST, format!("/applications/{}/accept", stranger.id), json!({})),
        (Method::POST, format!("/applications/{}/reject", stranger.id), json!({})),
        (Method::DELETE, format!("/members/{}", stranger.id), json!(null)),
        (Method::POST, format!("/members/{}/penalty", stranger.id), json!({ "reason": "no_show" })),
    ];
    let nowhere = "/v1/parties/019b0000-0000-7000-8000-000000000000";
    for (method, rest, body) in requests {
        let ask = async |who: &Person, path: &str| {
            let request = who.client.request(method.clone(), &format!("{path}{rest}"));
            Client::send(if body.is_null() { request } else { request.json(&body) }).await
        };
        let (here, there) = (ask(&stranger, &path).await, ask(&stranger, nowhere).await);
        there.expect_problem(404, "party_not_found");
        assert_ne!(here.code(), there.code(), "{method} {rest}: the party is there for others");
        for who in [&blocked, &rejected] {
            ask(who, &path).await.expect_problem(404, "party_not_found");
        }
    }
    for who in [&blocked, &rejected] {
        let mine = who.client.get("/v1/users/me/parties").await.expect(200);
        assert_eq!(mine["items"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_parties_leave_no_gap_in_any_page() {
    let stage = Stage::spawn().await;
    let [reader, hidden, leader] = stage.people().await;
    for _ in 0..4 {
        stage.open(&hidden).await;
    }
    let paths = [stage.open(&leader).await, stage.open(&leader).await];
    stage.open(&hidden).await;
    block(&hidden, &reader).await.expect(204);
    for sort in ["distance", "closing", "newest"] {
        let search = format!("/v1/parties?lat={}&lon={}&limit=1&sort={sort}", MARKET.0, MARKET.1);
        let (mut found, mut page) = (Vec::new(), search.clone());
        loop {
            let answer = reader.client.get(&page).await.expect(200);
            let items = answer["items"].as_array().unwrap();
            found.extend(items.iter().map(|party| format!("/v1/parties/{}", id(party))));
            let Some(next) = answer["next_cursor"].as_str() else { break };
            assert_eq!(items.len(), 1, "{sort}: a page that goes on is full");
            page = format!("{search}&cursor={next}");
        }
        found.sort_unstable();
        assert_eq!(found, paths, "{sort}");
    }
}

fn id(party: &Value) -> &str {
    party["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_is_over() {
    let stage = Stage::spawn().await;
    let [leader, applicant, other] = stage.people().await;
    let path = stage.open(&leader).await;
    for (who, whom, standing) in
        [(&leader, &applicant, "rejected"), (&applicant, &leader, "withdrawn")]
    {
        applicant.apply(&path, 1).await.expect(201);
        block(who, whom).await.expect(204);
        let list = leader.client.get(&format!("{path}/applications")).await.expect(200);
        assert_eq!(list["items"], json!([]));
        let accepted = leader.accept(&path, &applicant).await;
        accepted.expect_problem(404, "application_not_found");
        unblock(who, whom).await.expect(204);
        assert_eq!(stage.see(&path, &applicant).await["me"]["status"], json!(standing));
    }
    // Others are told what they always are.
    applicant.apply(&path, 1).await.expect(201);
    block(&other, &applicant).await.expect(204);
    other.accept(&path, &applicant).await.expect_problem(403, "not_the_leader");
    leader.accept(&path, &applicant).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_blocking_and_applying_at_once_no_application_is_left() {
    let stage = Stage::spawn().await;
    let [leader, applicant] = stage.people().await;
    let path = stage.open(&leader).await;
    for _ in 0..20 {
        let (applied, blocked) =
            tokio::join!(applicant.apply(&path, 1), block(&leader, &applicant));
        blocked.expect(204);
        assert!([201, 404].contains(&applied.status.as_u16()), "{}", applied.status);
        let list = leader.client.get(&format!("{path}/applications")).await.expect(200);
        assert_eq!(list["items"], json!([]));
        unblock(&leader, &applicant).await.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_blocked_than_may_be_however_many_at_once() {
    let stage = Stage::spawn().await;
    let [me] = stage.people().await;
    let me_id = sql_id(me.id);
    let users = (1..=1_010).map(|n| {
        format!("(x'{n:032x}', '{n}@example.com', '블록{n}', '', 'ko', 'user', 1, NOW(), NOW())")
    });
    let users = users.collect::<Vec<_>>().join(", ");
    let blocked = (1..=995).map(|n| format!("({me_id}, x'{n:032x}', NOW())"));
    let blocked = blocked.collect::<Vec<_>>().join(", ");
    let many = format!(
        "INSERT INTO users (id, email, nickname, password_hash, locale, role, version, \
         created_at, updated_at) VALUES {users}; INSERT INTO blocks VALUES {blocked}"
    );
    stage.run(&many).await;
    let rest = (996..=1_010).map(|number| {
        let path = format!("/v1/users/me/blocks/{}", Uuid::from_u128(number));
        let client = me.client.clone();
        async move { client.put(&path, json!(null)).await }
    });
    let answers = join_all(rest).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 204);
    assert_eq!((done.len(), refused.len()), (5, 10));
    for answer in refused {
        answer.expect_problem(409, "too_many_blocked");
    }
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
