//! Somebody does not come, and what becomes of that.

use std::time::Duration;

use diesel_async::RunQueryDsl as _;
use e2e::Platform;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, until, until_within};

use crate::people::{aftermath, id, party, sign_in, sign_in_admin};

/// How many notifications of this type somebody has.
async fn told(person: &Client, kind: &str) -> usize {
    let inbox = person.get("/v1/notifications?limit=100").await.expect(200);
    let items = inbox["items"].as_array().unwrap();
    items.iter().filter(|notification| notification["type"] == kind).count()
}

/// How many penalties of somebody count, as somebody else sees it.
async fn count(reader: &Client, of: &Client) -> Value {
    let profile = reader.get(&format!("/v1/users/{}", id(of).await)).await.expect(200);
    profile["penalties"].clone()
}

/// How many rows of the party-service there are of this.
async fn count_rows(platform: &Platform, rows: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let sql = format!("SELECT COUNT(*) AS n FROM {rows}");
    let mut conn = platform.party_database.conn().await;
    let count: Count = diesel::sql_query(sql).get_result(&mut conn).await.unwrap();
    count.n
}

#[tokio::test(flavor = "multi_thread")]
async fn d45_a_thousand_identical_penalties_are_one_row_one_event_one_notification() {
    let mut platform = Platform::start().await;
    // All of them may wait for a connection to the database, and for each other.
    for timeout in ["ACQUIRE", "STATEMENT"] {
        platform.party.set(&format!("PARTY__DATABASE__{timeout}_TIMEOUT_MS"), "60000");
    }
    platform.party.kill().await;
    platform.party.start().await;
    let (leader, absent) = (sign_in(&platform).await, sign_in(&platform).await);
    let path = aftermath(&platform, &leader, &absent).await;
    let penalty = format!("{path}/members/{}/penalty", id(&absent).await);
    let reason = json!({ "reason": "no_show" });
    // Whoever is told that so many at once are too many, or waits too long for an answer, tries again.
    // How long all of them take depends on the machine alone.
    let give = || {
        until_within(Duration::from_mins(2), "a penalty is answered", async || {
            let request = leader.request(Method::POST, &penalty).json(&reason);
            let answer = Client::try_send(request).await.ok()?;
            (!answer.status.is_server_error()).then_some(answer)
        })
    };
    let answers = join_all((0..1_000).map(|_| give())).await;
    let given = answers.iter().filter(|answer| answer.status == 201).count();
    // The answer to the one that was given may have come too late for the gateway.
    assert!(given <= 1, "{given} were given");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.expect_problem(409, "already_penalized");
    }
    assert_eq!(count(&leader, &absent).await, json!(1));

    // What is told later comes later: then whatever there was of penalties has arrived.
    party(&leader, &absent).await;
    until("what came after it has arrived", async || {
        (told(&absent, "JOIN_ACCEPTED").await == 2).then_some(())
    })
    .await;
    assert_eq!(told(&absent, "PENALTY_GIVEN").await, 1);
    for rows in ["penalties", "outbox WHERE kind = 'penalty.given.v1'"] {
        assert_eq!(count_rows(&platform, rows).await, 1, "{rows}");
    }
}

/// Waits until somebody has one notification of this type, and follows its link.
async fn follow(person: &Client, kind: &str) -> Value {
    let link = until("somebody is told", async || {
        let inbox = person.get("/v1/notifications?limit=100").await.expect(200);
        let items = inbox["items"].as_array().unwrap();
        let mut told = items.iter().filter(|notification| notification["type"] == kind);
        let link = told.next()?["link"].as_str().unwrap().to_owned();
        assert!(told.next().is_none(), "{kind} is told once");
        Some(link)
    })
    .await;
    person.get(&link).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_who_did_not_come_is_told_has_a_say_and_hears_what_becomes_of_it() {
    let platform = Platform::start().await;
    let (leader, absent) = (sign_in(&platform).await, sign_in(&platform).await);
    let admin = sign_in_admin(&platform).await;
    let path = aftermath(&platform, &leader, &absent).await;
    let give = format!("{path}/members/{}/penalty", id(&absent).await);
    let given = leader.post(&give, json!({ "reason": "no_show" })).await.expect(201);
    assert_eq!(count(&leader, &absent).await, json!(1));
    let told = follow(&absent, "PENALTY_GIVEN").await;
    assert_eq!((&told["id"], &told["status"]), (&given["id"], &json!("given")));

    let penalty = given["id"].as_str().unwrap();
    let appeal = json!({ "text": "정문에서 30분을 기다렸어요" });
    absent.post(&format!("/v1/penalties/{penalty}/appeal"), appeal).await.expect(200);
    let decide = |decision| format!("/v1/admin/penalties/{penalty}/{decision}");
    let note = json!({ "note": "만나는 곳은 후문이었습니다" });
    admin.post(&decide("uphold"), note).await.expect(200);
    let told = follow(&absent, "PENALTY_UPHELD").await;
    assert_eq!(told["decision_note"], json!("만나는 곳은 후문이었습니다"));
    assert_eq!(count(&leader, &absent).await, json!(1));

    let mistaken = json!({ "came": true, "note": "저희가 잘못 보았습니다" });
    admin.post(&decide("revoke"), mistaken).await.expect(200);
    let told = follow(&absent, "PENALTY_REVOKED").await;
    assert_eq!(told["decision_note"], json!("저희가 잘못 보았습니다"));
    assert_eq!(count(&leader, &absent).await, json!(0));
    let completed = leader.get(&format!("/v1/users/{}", id(&absent).await)).await.expect(200);
    assert_eq!(completed["parties_completed"], json!(1), "the member was there");
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_a_leader_who_did_not_come_is_told_and_has_a_say() {
    let platform = Platform::start().await;
    let (leader, member) = (sign_in(&platform).await, sign_in(&platform).await);
    let admin = sign_in_admin(&platform).await;
    let path = aftermath(&platform, &leader, &member).await;
    let reference = json!({ "kind": "party", "party_id": path.rsplit('/').next().unwrap() });
    let report = json!({ "reference": reference, "reason": "leader_absent" });
    let report = member.post("/v1/reports", report).await.expect(201);
    let open = admin.get("/v1/admin/reports").await.expect(200);
    assert_eq!(open["items"][0]["id"], report["id"]);
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    admin.post(&resolve, json!({ "resolution": "penalized" })).await.expect(200);
    until("the leader is told", async || (told(&leader, "PENALTY_GIVEN").await == 1).then_some(()))
        .await;
    assert_eq!(count(&member, &leader).await, json!(1));

    let mine = leader.get("/v1/users/me/penalties").await.expect(200);
    assert_eq!(mine["items"][0]["for_leading"], json!(true));
    let penalty = mine["items"][0]["id"].as_str().unwrap();
    let appeal = json!({ "text": "시장이 닫혀 있어 옆 골목에서 기다렸어요" });
    leader.post(&format!("/v1/penalties/{penalty}/appeal"), appeal).await.expect(200);
    let appeals = admin.get("/v1/admin/penalties/appeals").await.expect(200);
    assert_eq!(appeals["items"][0]["id"], json!(penalty));
    admin.act(&format!("/v1/admin/penalties/{penalty}/revoke")).await.expect(200);
    assert_eq!(count(&member, &leader).await, json!(0));
}
