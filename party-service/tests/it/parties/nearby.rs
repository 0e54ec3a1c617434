//! `GET /v1/parties`.

mod brute_force;
pub mod crowd;
mod new_markets;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;

use super::stage::{MARKET, Person, Stage, hours};

/// The parties on all pages: path and distance.
async fn all(person: &Person, query: &str) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = person.client.get(&format!("/v1/parties?{query}{cursor}")).await.expect(200);
        for party in page["items"].as_array().unwrap() {
            let path = format!("/v1/parties/{}", party["id"].as_str().unwrap());
            found.push((path, party["distance_km"].as_f64().unwrap()));
        }
        let Some(next) = page["next_cursor"].as_str() else { return found };
        cursor = format!("&cursor={next}");
    }
}

async fn paths(person: &Person, query: &str) -> Vec<String> {
    all(person, query).await.into_iter().map(|(path, _)| path).collect()
}

fn at_market() -> String {
    format!("lat={}&lon={}", MARKET.0, MARKET.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_a_party_at_the_same_point_is_found_and_no_way_off() {
    let stage = Stage::spawn().await;
    let [leader, reader] = stage.people().await;
    let path = stage.open(&leader).await;
    let page = reader.client.get(&format!("/v1/parties?{}", at_market())).await.expect(200);
    assert_eq!(page["items"][0]["distance_km"], json!(0.0));
    let mut party = stage.see(&path, &reader).await;
    party.as_object_mut().unwrap().remove("me");
    party["distance_km"] = json!(0.0);
    assert_eq!(page, json!({ "items": [party], "next_cursor": null }));
    for latitude in [37.55, 37.56] {
        let market = stage.app.market("시장", latitude, 126.97).await;
        let path = stage.open_with(&leader, json!({ "market_id": market })).await;
        let near = all(&reader, &format!("lat={latitude}&lon=126.97&radius_km=0.1")).await;
        assert_eq!(near, [(path, 0.0)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d12_only_parties_that_take_members_are_found() {
    let stage = Stage::spawn().await;
    let [leader, member, reader] = stage.people().await;
    let (open, cancelled, locked, full) = (
        stage.open(&leader).await,
        stage.open(&leader).await,
        stage.open(&leader).await,
        stage.open_with(&leader, json!({ "total_shares": 2 })).await,
    );
    leader.cancel(&cancelled).await.expect(200);
    leader.lock(&locked).await.expect(200);
    stage.join(&full, &leader, &member).await;
    for sort in ["distance", "closing", "newest"] {
        assert_eq!(
            paths(&reader, &format!("{}&sort={sort}", at_market())).await,
            std::slice::from_ref(&open)
        );
    }
    member.leave(&full).await.expect(204);
    assert_eq!(paths(&reader, &at_market()).await, [open, full]);
    stage.at(5);
    assert_eq!(paths(&reader, &at_market()).await, <[String; 0]>::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn nearer_comes_first_and_too_far_not_at_all() {
    let stage = Stage::spawn().await;
    let [leader, reader] = stage.people().await;
    let mut opened = Vec::new();
    for km in [15.0, 3.0, 0.5, 9.9] {
        // A degree of latitude is 111.195 km.
        let market = stage.app.market("시장", MARKET.0 + km / 111.195, MARKET.1).await;
        opened.push((stage.open_with(&leader, json!({ "market_id": market })).await, km));
    }
    let [far, three, half, ten] = opened.try_into().unwrap();
    let near = [half, three, ten];
    assert_eq!(all(&reader, &at_market()).await, near);
    assert_eq!(all(&reader, &format!("{}&limit=1", at_market())).await, near);
    let [half, three, ten] = near;
    assert_eq!(
        all(&reader, &format!("{}&radius_km=20", at_market())).await,
        [half.clone(), three, ten, far]
    );
    assert_eq!(all(&reader, &format!("{}&radius_km=0.51", at_market())).await, [half]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_orders() {
    let stage = Stage::spawn().await;
    let [leader, reader] = stage.people().await;
    let other_market = stage.app.market("망원시장", 37.556, 126.906).await;
    let apple = stage.open(&leader).await;
    stage.app.clock.advance(TimeDelta::seconds(1));
    let pear =
        json!({ "item_code": "060201", "join_deadline": hours(4), "market_id": other_market });
    let pear = stage.open_with(&leader, pear).await;
    stage.app.clock.advance(TimeDelta::seconds(1));
    let rice = json!({ "item_code": "010301", "starts_at": hours(30), "ends_at": hours(31), "join_deadline": hours(6) });
    let rice = stage.open_with(&leader, rice).await;
    let found = async |query: &str| paths(&reader, &format!("{}&{query}", at_market())).await;
    let three = |a: &String, b: &String, c: &String| [a.clone(), b.clone(), c.clone()];
    assert_eq!(found("sort=distance").await, three(&apple, &rice, &pear));
    assert_eq!(found("sort=closing").await, three(&pear, &apple, &rice));
    assert_eq!(found("sort=newest").await, three(&rice, &pear, &apple));
    assert_eq!(found("item=060201").await, std::slice::from_ref(&pear));
    assert_eq!(found("category=06").await, [apple.clone(), pear.clone()]);
    assert_eq!(found(&format!("market={other_market}")).await, std::slice::from_ref(&pear));
    assert_eq!(found("item=999999").await, <[String; 0]>::default());
    let (after, before) = (hours(11).format("%FT%TZ"), hours(11).format("%FT%TZ"));
    assert_eq!(found(&format!("starts_after={after}")).await, std::slice::from_ref(&rice));
    assert_eq!(found(&format!("starts_before={before}&category=06&limit=1")).await, [apple, pear]);
    let exactly = hours(30).format("%FT%TZ");
    assert_eq!(found(&format!("starts_after={exactly}")).await, [rice]);
    assert_eq!(found(&format!("starts_before={exactly}")).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_it_is_ones_own() {
    let stage = Stage::spawn().await;
    let [leader, homeless] = stage.people().await;
    let path = stage.open(&leader).await;
    homeless.client.get("/v1/parties").await.expect_invalid(&["lat", "lon"]);
    // The road address of the market itself is found among the markets.
    let address = json!({ "address": "서울특별시 중구 남대문시장로 1" });
    homeless.client.patch("/v1/users/me", address).await.expect(200);
    assert_eq!(all(&homeless, "radius_km=1").await, [(path, 0.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_belongs_to_one_order() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    stage.open(&leader).await;
    stage.open(&leader).await;
    let page = leader.client.get(&format!("/v1/parties?{}&limit=1", at_market())).await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = format!("/v1/parties?{}&sort=closing&cursor={cursor}", at_market());
    leader.client.get(&other).await.expect_invalid(&["cursor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_sees_them() {
    let stage = Stage::spawn().await;
    let answer = stage.app.client.get(&format!("/v1/parties?{}", at_market())).await;
    answer.expect_problem(401, "unauthenticated");
    let request = stage.app.client.request(Method::GET, "/v1/parties").bearer_auth("x.y.z");
    let answer: Value = Client::send(request).await.expect(401);
    assert_eq!(answer["code"], json!("unauthenticated"));
}
