//! `POST /v1/parties` and `GET /v1/parties/{id}`.

use reqwest::Method;
use serde_json::json;
use testkit::Client;

use super::stage::{MARKET, Stage, hours, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_party_is_read_as_it_was_opened() {
    let stage = Stage::spawn().await;
    let [leader, stranger] = stage.people().await;
    let answer = leader.client.post("/v1/parties", stage.wish()).await;
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let opened = answer.expect(201);
    assert_eq!(location, format!("/v1/parties/{}", opened["id"].as_str().unwrap()));
    let expected = json!({
        "id": opened["id"],
        "status": "open",
        "locked_by": null,
        "cancelled_by": null,
        "leader": { "user_id": leader.id, "nickname": "이웃 0" },
        "market": {
            "id": stage.market,
            "name": "남대문시장",
            "latitude": MARKET.0,
            "longitude": MARKET.1,
        },
        "item": { "code": "060103", "name": "사과 (후지)", "category_code": "06" },
        "quantity": 10,
        "unit": "kg",
        "total_price": 40_000,
        "description": "정문 앞에서 만나요",
        "total_shares": 4,
        "leader_shares": 1,
        "min_shares": 2,
        "taken_shares": 1,
        "members_count": 1,
        "max_penalties": null,
        "starts_at": hours(10),
        "ends_at": hours(12),
        "join_deadline": hours(5),
        "created_at": hours(0),
        "version": 1,
        "me": { "role": "leader", "status": null, "shares": 1 },
    });
    assert_eq!(opened, expected);
    assert_eq!(stage.see(&location, &leader).await, expected);
    let as_stranger = stage.see(&location, &stranger).await;
    assert_eq!(as_stranger["me"], json!(null));
    assert_eq!(as_stranger["leader"], expected["leader"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_need_not_be_said_has_defaults() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let less = json!({ "total_price": null, "description": null, "join_deadline": null });
    let path = stage.open_with(&leader, less).await;
    let party = stage.see(&path, &leader).await;
    assert_eq!(party["total_price"], json!(null));
    assert_eq!(party["description"], json!(null));
    assert_eq!(party["join_deadline"], party["starts_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d13_a_party_meets_at_a_market_that_there_is() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let nowhere = with(stage.wish(), json!({ "market_id": leader.id }));
    let answer = leader.client.post("/v1/parties", nowhere).await;
    answer.expect_invalid(&["/market_id"]);
    assert_eq!(answer.body["errors"][0]["code"], json!("unknown_market"));
    for free_text in [
        json!({ "market_name": "내 시장" }),
        json!({ "latitude": 999.0, "longitude": 0.0 }),
        json!({ "leader_id": leader.id }),
        json!({ "status": "done" }),
    ] {
        let answer = leader.client.post("/v1/parties", with(stage.wish(), free_text)).await;
        answer.expect_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_one_of_the_catalogue() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let unknown = with(stage.wish(), json!({ "item_code": "999999" }));
    let answer = leader.client.post("/v1/parties", unknown).await;
    answer.expect_invalid(&["/item_code"]);
    assert_eq!(answer.body["errors"][0]["code"], json!("unknown_item"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d23_new_year_is_not_last_year() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let new_year = json!({
        "starts_at": "2027-01-01T00:30:00+09:00",
        "ends_at": "2027-01-01T01:30:00+09:00",
        "join_deadline": null,
    });
    let path = stage.open_with(&leader, new_year).await;
    let party = stage.see(&path, &leader).await;
    assert_eq!(party["starts_at"], json!("2026-12-31T15:30:00Z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leads_more_than_five_open_parties() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let mut paths = Vec::new();
    for _ in 0..5 {
        paths.push(stage.open(&leader).await);
    }
    let sixth = leader.client.post("/v1/parties", stage.wish()).await;
    sixth.expect_problem(409, "too_many_open_parties");
    leader.cancel(&paths[0]).await.expect(200);
    stage.open(&leader).await;
    // What the deadline has closed is not open, whether it is written down or not.
    stage.at(5);
    let wish = json!({ "join_deadline": hours(6) });
    stage.open_with(&leader, wish).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_opens_one_party() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let request = || leader.once(Method::POST, "/v1/parties", "k-1").json(&stage.wish());
    let first = Client::send(request()).await;
    // It gets the same answer when what it asks for has become impossible.
    stage.at(20);
    let second = Client::send(request()).await;
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!(second.headers["location"], first.headers["location"]);
    assert_eq!(second.expect(201), first.expect(201));
    let mine = leader.client.get("/v1/users/me/parties").await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_other_parties() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let unknown = format!("/v1/parties/{}", leader.id);
    leader.client.get(&unknown).await.expect_problem(404, "party_not_found");
    leader.client.get("/v1/parties/1").await.expect_problem(404, "not_found");
    leader.lock(&unknown).await.expect_problem(404, "party_not_found");
    leader.apply(&unknown, 1).await.expect_problem(404, "party_not_found");
}
