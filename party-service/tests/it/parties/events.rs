//! What others learn of a party.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::stage::{MARKET, Stage, hours};

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    payload: String,
}

impl Stage {
    /// The events about parties that wait to be published, in order: kind and data.
    pub async fn news(&self) -> Vec<(String, Value)> {
        let sql = "SELECT payload FROM outbox WHERE kind LIKE 'party.%' ORDER BY position";
        let mut conn = self.app.database.conn().await;
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut conn).await.unwrap();
        rows.into_iter()
            .map(|row| {
                let mut event: Value = serde_json::from_str(&row.payload).unwrap();
                (event["type"].as_str().unwrap().to_owned(), event["data"].take())
            })
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_told_with_the_whole_party() {
    let stage = Stage::spawn().await;
    let [leader, a, b] = stage.people().await;
    let path = stage.open_with(&leader, json!({ "total_shares": 3 })).await;
    a.apply(&path, 1).await.expect(201);
    b.apply(&path, 1).await.expect(201);
    leader.accept(&path, &a).await.expect(200);
    leader.edit(&path, json!({ "unit": "상자" })).await.expect(200);
    leader.accept(&path, &b).await.expect(200);
    stage.at(10);
    leader.complete(&path, &[(&a, true), (&b, false)]).await.expect(200);

    let news = stage.news().await;
    let told: Vec<_> = news
        .iter()
        .map(|(kind, data)| {
            let party = &data["party"];
            (
                kind.as_str(),
                party["version"].as_u64().unwrap(),
                party["status"].as_str().unwrap(),
                party["taken_shares"].as_u64().unwrap(),
                party["applicants"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("party.created.v1", 1, "open", 1, 0),
            ("party.member_changed.v1", 2, "open", 1, 1),
            ("party.member_changed.v1", 3, "open", 1, 2),
            ("party.member_changed.v1", 4, "open", 2, 1),
            ("party.updated.v1", 5, "open", 2, 1),
            ("party.member_changed.v1", 6, "open", 3, 0),
            ("party.locked.v1", 7, "locked", 3, 0),
            ("party.completed.v1", 8, "done", 3, 0),
        ]
    );
    let (_, applied) = &news[1];
    assert_eq!((&applied["actor_id"], &applied["member_id"]), (&json!(a.id), &json!(a.id)));
    let (_, accepted) = &news[3];
    assert_eq!((&accepted["actor_id"], &accepted["member_id"]), (&json!(leader.id), &json!(a.id)));
    let mut members = [(a.id, true), (b.id, false)]
        .map(|(id, came)| json!({ "user_id": id, "shares": 1, "attended": came }));
    members.sort_by_key(|member| member["user_id"].as_str().unwrap().to_owned());
    assert_eq!(
        news[7].1,
        json!({
            "change": "completed",
            "actor_id": leader.id,
            "party": {
                "party_id": path.trim_start_matches("/v1/parties/"),
                "version": 8,
                "status": "done",
                "market": {
                    "market_id": stage.market,
                    "name": "남대문시장",
                    "latitude": MARKET.0,
                    "longitude": MARKET.1,
                },
                "item": { "code": "060103", "name": "사과 (후지)" },
                "leader_id": leader.id,
                "total_shares": 3,
                "taken_shares": 3,
                "members": members,
                "applicants": [],
                "starts_at": hours(10),
                "ends_at": hours(12),
                "join_deadline": hours(5),
            },
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_or_repeated_is_not_told() {
    let stage = Stage::spawn().await;
    let [leader, stranger] = stage.people().await;
    let path = stage.open(&leader).await;
    stranger.cancel(&path).await.expect(403);
    leader.edit(&path, json!({ "unit": "kg" })).await.expect(200);
    leader.complete(&path, &[]).await.expect(409);
    for _ in 0..2 {
        let request = leader.once(reqwest::Method::POST, &format!("{path}/cancel"), "once");
        testkit::Client::send(request).await.expect(200);
    }
    let kinds: Vec<_> = stage.news().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["party.created.v1", "party.cancelled.v1"]);
}
