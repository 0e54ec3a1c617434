//! Stars on items and markets.

use std::sync::Arc;

use contracts::{MarketId, UserId};
use serde_json::json;

use crate::directory::OtherServices;
use crate::helpers::{Platform, Service};

/// A service whose other services know some items and one market.
async fn service() -> (Service, OtherServices) {
    let others = OtherServices::start();
    let mut platform = Platform::new().await;
    platform.config.directory.catalog_url = others.url();
    platform.config.directory.party_url = others.url();
    (Service::on(&Arc::new(platform)), others)
}

#[tokio::test(flavor = "multi_thread")]
async fn starring_twice_is_starring_once() {
    let (service, others) = service().await;
    let (client, market) = (service.client_of(UserId::new()), others.market);
    let item = "/v1/favorites/items/060103";
    let market = format!("/v1/favorites/markets/{market}");
    client.get(item).await.expect_problem(404, "not_a_favorite");
    client.get(&market).await.expect_problem(404, "not_a_favorite");
    for path in [item, &market] {
        let first = client.put(path, json!({})).await.expect(200);
        assert_eq!(client.put(path, json!({})).await.expect(200), first);
        assert_eq!(client.get(path).await.expect(200), first);
    }
    let items = client.get("/v1/favorites/items").await.expect(200);
    assert_eq!(items["items"][0]["name"], "사과 (후지)");
    assert_eq!(
        (items["items"].as_array().unwrap().len(), &items["next_cursor"]),
        (1, &json!(null))
    );
    let markets = client.get("/v1/favorites/markets").await.expect(200);
    assert_eq!(markets["items"][0]["name"], "남대문시장");
    for path in [item, &market] {
        client.delete(path).await.expect(204);
        client.delete(path).await.expect(204);
        client.get(path).await.expect_problem(404, "not_a_favorite");
    }
    assert_eq!(client.get("/v1/favorites/items").await.expect(200)["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn d49_a_star_is_its_persons_own() {
    let (service, _others) = service().await;
    let (mine, yours) = (service.client_of(UserId::new()), service.client_of(UserId::new()));
    for client in [&mine, &yours] {
        client.put("/v1/favorites/items/060103", json!({})).await.expect(200);
    }
    mine.delete("/v1/favorites/items/060103").await.expect(204);
    mine.delete("/v1/favorites/items/060104").await.expect(204);
    yours.get("/v1/favorites/items/060103").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn d49_many_at_once_make_one_star() {
    let (service, _others) = service().await;
    let client = service.client_of(UserId::new());
    let puts = (0..12).map(|_| client.put("/v1/favorites/items/060103", json!({})));
    for answer in futures_util::future::join_all(puts).await {
        answer.expect(200);
    }
    let items = client.get("/v1/favorites/items").await.expect(200);
    assert_eq!(items["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_cannot_be_starred() {
    let (service, _others) = service().await;
    let client = service.client_of(UserId::new());
    for code in ["999999", "..", "%2e%2e", "06%2f01", "사과", &"1".repeat(17)] {
        let answer = client.put(&format!("/v1/favorites/items/{code}"), json!({})).await;
        assert_eq!(answer.status, 404, "{code}");
    }
    let market = format!("/v1/favorites/markets/{}", MarketId::new());
    client.put(&market, json!({})).await.expect_problem(404, "market_not_found");
    client.put("/v1/favorites/markets/1", json!({})).await.expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_stars_without_end() {
    let (service, _others) = service().await;
    let client = service.client_of(UserId::new());
    let mut refused = 0;
    let puts =
        (0..8).map(async |n| client.put(&format!("/v1/favorites/items/10000{n}"), json!({})).await);
    for answer in futures_util::future::join_all(puts).await {
        if answer.status != 200 {
            answer.expect_problem(409, "too_many");
            refused += 1;
        }
    }
    assert_eq!(refused, 3, "five can be had");
    let items = client.get("/v1/favorites/items").await.expect(200);
    assert_eq!(items["items"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages() {
    let (service, _others) = service().await;
    let client = service.client_of(UserId::new());
    for n in [3, 1, 4, 0, 2] {
        client.put(&format!("/v1/favorites/items/10000{n}"), json!({})).await.expect(200);
    }
    let (mut codes, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/v1/favorites/items?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        codes.extend(items.iter().map(|item| item["code"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(codes, ["100000", "100001", "100002", "100003", "100004"]);
    let bad = client.get("/v1/favorites/items?limit=0&cursor=x").await;
    bad.expect_invalid(&["limit", "cursor"]);
    client.get("/v1/favorites/markets?limit=101").await.expect_invalid(&["limit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_is_better_than_none() {
    let (service, others) = service().await;
    let client = service.client_of(UserId::new());
    client.put("/v1/favorites/items/060103", json!({})).await.expect(200);
    others.fail(true);
    service.platform.clock.advance(chrono::TimeDelta::hours(1));
    // Known to this instance, and in no list yet.
    let somebody = service.client_of(UserId::new());
    somebody.put("/v1/favorites/items/060103", json!({})).await.expect(200);
    // Never heard of.
    let answer = somebody.put("/v1/favorites/items/100001", json!({})).await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    // What is starred needs nobody.
    somebody.put("/v1/favorites/items/060103", json!({})).await.expect(200);
    somebody.get("/v1/favorites/items").await.expect(200);

    others.fail(false);
    service.platform.clock.advance(chrono::TimeDelta::seconds(2));
    somebody.put("/v1/favorites/items/100001", json!({})).await.expect(200);
}
