//! What becomes of those who do not come.

use serde_json::{Value, json};

use super::stage::Aftermath;
use crate::parties::stage::{Person, hours};

/// A wish for a party tomorrow, whenever it is now.
fn tomorrow(aftermath: &Aftermath) -> Value {
    let now = aftermath.stage.app.clock.now();
    json!({
        "starts_at": now + chrono::TimeDelta::hours(24), "ends_at": now + chrono::TimeDelta::hours(25),
        "join_deadline": now + chrono::TimeDelta::hours(23),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn d48_whoever_has_three_may_not_lead() {
    let aftermath = Aftermath::spawn().await;
    let absent = aftermath.person("이웃집").await;
    aftermath.punish(&absent, 2).await;
    let led = aftermath.stage.open_with(&absent, tomorrow(&aftermath)).await;
    absent.cancel(&led).await.expect(200);
    aftermath.punish(&absent, 1).await;
    let wish = crate::parties::stage::with(aftermath.stage.wish(), tomorrow(&aftermath));
    let refused = absent.client.post("/v1/parties", wish.clone()).await;
    refused.expect_problem(409, "leading_suspended");
    // The first was given in the second hour; then there are two.
    let (until, detail) = (hours(2 + 90 * 24), refused.body["detail"].as_str().unwrap());
    assert_eq!(detail, "2027-02-21 14:00(한국 시간)부터 다시 열 수 있습니다");
    let me = absent.client.get("/v1/users/me").await.expect(200);
    let expected = json!({
        "badge": "👻", "penalties": 3,
        "oldest_penalty_counts_until": until, "leading_suspended_until": until,
    });
    assert_eq!(me["standing"], expected);
    aftermath.stage.app.clock.advance(until - aftermath.stage.app.clock.now());
    let me = absent.client.get("/v1/users/me").await.expect(200);
    let expected = json!({
        "badge": "⭐", "penalties": 2,
        "oldest_penalty_counts_until": until + chrono::TimeDelta::hours(2),
        "leading_suspended_until": null,
    });
    assert_eq!(me["standing"], expected);

    aftermath.wait(90 * 24);
    let wish = crate::parties::stage::with(wish, tomorrow(&aftermath));
    absent.client.post("/v1/parties", wish).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d48_a_leader_takes_only_the_reliable() {
    let aftermath = Aftermath::spawn().await;
    let (leader, absent) = (aftermath.person("파티장").await, aftermath.person("이웃집").await);
    aftermath.punish(&absent, 2).await;
    let open = async |max: Value| {
        let mut wish = tomorrow(&aftermath);
        wish["max_penalties"] = max;
        aftermath.stage.open_with(&leader, wish).await
    };
    let apply = async |path: &str| absent.apply(path, 1).await;
    for (max, accepted) in [(json!(null), true), (json!(2), true), (json!(9), true)] {
        let path = open(max.clone()).await;
        assert_eq!(apply(&path).await.status.is_success(), accepted, "{max}");
        leader.cancel(&path).await.expect(200);
    }
    let path = open(json!(1)).await;
    let refused = apply(&path).await;
    refused.expect_problem(409, "too_many_penalties");
    assert!(refused.body["detail"].as_str().unwrap().contains("1개"));
    assert_eq!(aftermath.stage.see(&path, &absent).await["max_penalties"], json!(1));
    leader.edit(&path, json!({ "max_penalties": null })).await.expect(200);
    apply(&path).await.expect(201);
    let edited = leader.edit(&path, json!({ "max_penalties": 0 })).await.expect(200);
    assert_eq!(edited["max_penalties"], json!(0));
    leader.edit(&path, json!({ "max_penalties": 10 })).await.expect_invalid(&["/max_penalties"]);
    let wish = crate::parties::stage::with(aftermath.stage.wish(), json!({ "max_penalties": 10 }));
    leader.client.post("/v1/parties", wish).await.expect_invalid(&["/max_penalties"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d48_everyone_who_decides_sees_it() {
    let aftermath = Aftermath::spawn().await;
    let (leader, absent) = (aftermath.person("파티장").await, aftermath.person("이웃집").await);
    aftermath.punish(&absent, 3).await;
    aftermath.punish(&leader, 1).await;
    let path = aftermath.stage.open_with(&leader, tomorrow(&aftermath)).await;
    absent.apply(&path, 1).await.expect(201);
    let items = async |reader: &Person, list: &str| -> Vec<(Value, Value)> {
        let list = reader.client.get(&format!("{path}/{list}")).await.expect(200);
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| (item["badge"].clone(), item["penalties"].clone())).collect()
    };
    assert_eq!(items(&leader, "applications").await, [(json!("👻"), json!(3))]);
    leader.accept(&path, &absent).await.expect(200);
    let both = [(json!("⭐"), json!(1)), (json!("👻"), json!(3))];
    assert_eq!(items(&absent, "members").await, both);
}

#[tokio::test(flavor = "multi_thread")]
async fn penalties_count_for_ninety_days_to_the_microsecond() {
    let aftermath = Aftermath::spawn().await;
    let (reader, absent) = (aftermath.person("구경꾼").await, aftermath.person("이웃집").await);
    aftermath.punish(&absent, 1).await; // in the second hour
    aftermath.wait(10 * 24);
    aftermath.punish(&absent, 2).await;
    let counted = async || aftermath.profile(&reader, &absent).await["penalties"].clone();
    assert_eq!(counted().await, json!(3));
    let first_ends = hours(2 + 90 * 24);
    let left = first_ends - aftermath.stage.app.clock.now();
    aftermath.stage.app.clock.advance(left - chrono::TimeDelta::microseconds(1));
    assert_eq!(counted().await, json!(3));
    aftermath.stage.app.clock.advance(chrono::TimeDelta::microseconds(1));
    assert_eq!(counted().await, json!(2), "though nobody wrote anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_a_penalty_outlives_the_leader_who_gave_it() {
    let aftermath = Aftermath::spawn().await;
    let [leader, absent, reader] = aftermath.stage.people().await;
    let path = aftermath.party(&leader, &[], &[&absent]).await;
    leader.punish(&path, &absent).await.expect(201);
    let mut conn = aftermath.stage.app.database.conn().await;
    let leave = "UPDATE users SET withdrawn_at = created_at, nickname = NULL WHERE id = ?";
    diesel_async::RunQueryDsl::execute(
        diesel::sql_query(leave).bind::<diesel::sql_types::Binary, _>(leader.id),
        &mut conn,
    )
    .await
    .unwrap();
    assert_eq!(aftermath.profile(&reader, &absent).await["penalties"], json!(1));
    let list = absent.client.get("/v1/users/me/penalties").await.expect(200);
    assert_eq!(list["items"][0]["given_by"]["nickname"], json!("탈퇴한 사용자"));
}
