//! A service that dies at the worst moment.

use crate::people::sign_in;
use chassis::clock::Clock;
use chrono::TimeDelta;
use e2e::{CommitTrap, Platform, Settings};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, TestDatabase, until};

async fn new_party(client: &Client) -> Value {
    let market = client.get("/v1/markets?limit=1").await.expect(200);
    let item = client.get("/v1/items?limit=1").await.expect(200);
    json!({
        "market_id": market["items"][0]["id"], "item_code": item["items"][0]["code"],
        "quantity": 3, "unit": "kg", "total_shares": 3,
        "starts_at": Clock::System.now() + TimeDelta::hours(2), "ends_at": Clock::System.now() + TimeDelta::hours(3),
    })
}

async fn create(client: &Client, body: &Value) -> reqwest::Result<testkit::Answer> {
    let request = client.request(Method::POST, "/v1/parties").header("idempotency-key", "once");
    Client::try_send(request.json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_killed_between_commit_and_answer_has_done_it_once() {
    let party_database = TestDatabase::empty().await;
    let url = reqwest::Url::parse(&party_database.url()).unwrap();
    let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let trap = CommitTrap::before(target.clone(), "INSERT INTO `parties`").await;
    let settings = Settings {
        party_database_url: Some(party_database.url().replacen(
            &target,
            &trap.address().to_string(),
            1,
        )),
        ..Settings::default()
    };
    let mut platform =
        Platform::start_with(party_database, TestDatabase::empty().await, settings).await;
    let client = sign_in(&platform).await;
    let body = new_party(&client).await;

    let asked = tokio::spawn({
        let (client, body) = (client.clone(), body.clone());
        async move { create(&client, &body).await }
    });
    trap.committed().await;
    platform.party.kill().await;
    let unanswered = asked.await.unwrap().expect("the gateway lives");
    assert!(matches!(unanswered.status.as_u16(), 502..=504), "{unanswered:?}");

    platform.party.start().await;
    let repeated = create(&client, &body).await.unwrap();
    assert_eq!(repeated.headers["idempotency-replayed"], "true");
    let party = repeated.expect(201);
    let mine = client.get("/v1/users/me/parties?role=leader").await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(mine["items"][0]["id"], party["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_is_away_costs_only_what_needs_it() {
    let mut platform = Platform::start().await;
    let client = sign_in(&platform).await;
    let body = new_party(&client).await;
    platform.catalog.kill().await;

    let refused = client.post("/v1/parties", body.clone()).await;
    refused.expect_problem(503, refused.code());
    assert!(refused.headers.contains_key("retry-after"));
    client.get("/v1/parties?lat=37.5663&lon=126.9779").await.expect(200);
    let items = client.get("/v1/items").await;
    items.expect_problem(items.status.as_u16(), items.code());
    assert!(items.status.is_server_error());

    platform.catalog.start().await;
    // After a failure the catalogue is left alone for a moment.
    until("a party can be opened again", async || {
        let opened = client.post("/v1/parties", body.clone()).await;
        (opened.status == 201).then_some(())
    })
    .await;
    platform.catalog.kill().await;
    // The item was asked for a moment ago.
    client.post("/v1/parties", body).await.expect(201);
}
