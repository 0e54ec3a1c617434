//! Whoever got a penalty has a say, and somebody decides.

use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::stage::Aftermath;

async fn decide(admin: &Client, penalty: &str, decision: &str) -> Answer {
    admin.act(&format!("/v1/admin/penalties/{penalty}/{decision}")).await
}

async fn open_appeals(admin: &Client) -> Vec<Value> {
    let list = admin.get("/v1/admin/penalties/appeals").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_an_administrator_takes_a_penalty_back() {
    let aftermath = Aftermath::spawn().await;
    let (absent, admin) = (aftermath.person("이웃집").await, aftermath.admin().await);
    let penalties = aftermath.punish(&absent, 3).await;
    assert_eq!(aftermath.profile(&absent, &absent).await["badge"], json!("👻"));

    let appealed = absent.appeal(&penalties[1]).await.expect(200);
    assert_eq!(appealed["status"], json!("appealed"));
    assert_eq!(appealed["appeal"], json!("병원에 있었어요"));
    assert_eq!(aftermath.profile(&absent, &absent).await["penalties"], json!(3), "it still counts");
    let open = open_appeals(&admin).await;
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["appeal"], json!("병원에 있었어요"));

    let revoked = decide(&admin, &penalties[1], "revoke").await.expect(200);
    assert_eq!(revoked["status"], json!("revoked"));
    let profile = aftermath.profile(&absent, &absent).await;
    assert_eq!((&profile["badge"], &profile["penalties"]), (&json!("⭐"), &json!(2)));
    assert_eq!(open_appeals(&admin).await, Vec::<Value>::new());
    decide(&admin, &penalties[1], "revoke").await.expect_problem(409, "penalty_revoked");
    absent.appeal(&penalties[1]).await.expect_problem(409, "penalty_revoked");

    let events = aftermath.stage.app.events("penalty.revoked.v1").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["member_id"], json!(absent.id));
    assert_eq!(events[0]["active_count"], json!(2));
    let log = "SELECT CONCAT(action, ' ', LOWER(HEX(subject_id))) AS text FROM admin_log";
    let subject = penalties[1].replace('-', "");
    assert_eq!(aftermath.stage.app.text(log).await, format!("penalty_revoked {subject}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d46_one_appeals_once_and_an_upheld_penalty_counts() {
    let aftermath = Aftermath::spawn().await;
    let (absent, admin) = (aftermath.person("이웃집").await, aftermath.admin().await);
    let penalties = aftermath.punish(&absent, 1).await;
    decide(&admin, &penalties[0], "uphold").await.expect_problem(409, "no_open_appeal");
    absent.appeal(&penalties[0]).await.expect(200);
    absent.appeal(&penalties[0]).await.expect_problem(409, "already_appealed");
    let upheld = decide(&admin, &penalties[0], "uphold").await.expect(200);
    let log = admin.get("/v1/admin/log?limit=1").await.expect(200);
    assert_eq!(log["items"][0]["action"], json!("penalty_upheld"));
    assert_eq!(log["items"][0]["subject_id"], json!(penalties[0]));
    assert_eq!(upheld["status"], json!("upheld"));
    absent.appeal(&penalties[0]).await.expect_problem(409, "already_appealed");
    assert_eq!(aftermath.profile(&absent, &absent).await["penalties"], json!(1));
    // A mistake of an administrator can be put right.
    decide(&admin, &penalties[0], "revoke").await.expect(200);
    assert_eq!(aftermath.profile(&absent, &absent).await["penalties"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn appeals_are_for_whoever_got_the_penalty_and_decisions_for_administrators() {
    let aftermath = Aftermath::spawn().await;
    let [leader, absent, stranger] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    let given = leader.punish(&path, &absent).await.expect(201);
    let id = given["id"].as_str().unwrap();
    leader.appeal(id).await.expect_problem(403, "not_your_penalty");
    stranger.appeal(id).await.expect_problem(404, "penalty_not_found");
    for person in [&leader, &absent, &stranger] {
        for decision in ["uphold", "revoke"] {
            decide(&person.client, id, decision).await.expect_problem(403, "forbidden");
        }
        person.client.get("/v1/admin/penalties/appeals").await.expect_problem(403, "forbidden");
    }
    let text = |text: Value| json!({ "text": text });
    let appeal = format!("/v1/penalties/{id}/appeal");
    for bad in [json!(""), json!(" \n"), json!("가".repeat(1_001))] {
        absent.client.post(&appeal, text(bad)).await.expect_invalid(&["/text"]);
    }
    absent.appeal(id).await.expect(200);
    let seen = leader.client.get(&format!("/v1/penalties/{id}")).await.expect(200);
    assert_eq!(seen["status"], json!("appealed"));
    assert_eq!(seen["appeal"], json!(null), "the leader does not read it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_no_longer_needs_no_appeal() {
    let aftermath = Aftermath::spawn().await;
    let absent = aftermath.person("이웃집").await;
    let penalties = aftermath.punish(&absent, 1).await;
    aftermath.wait(90 * 24);
    absent.appeal(&penalties[0]).await.expect_problem(409, "penalty_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn appeals_wait_in_the_order_in_which_they_were_made() {
    let aftermath = Aftermath::spawn().await;
    let (absent, admin) = (aftermath.person("이웃집").await, aftermath.admin().await);
    let penalties = aftermath.punish(&absent, 3).await;
    let order = [2, 0, 1].map(|index: usize| penalties[index].clone());
    for penalty in &order {
        absent.appeal(penalty).await.expect(200);
        aftermath.wait(1);
    }
    let (mut path, mut seen) = ("/v1/admin/penalties/appeals?limit=1".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|p| p["id"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/admin/penalties/appeals?limit=1&cursor={cursor}");
    }
    assert_eq!(json!(seen), json!(order));
}
