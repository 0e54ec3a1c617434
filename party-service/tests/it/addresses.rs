//! `GET /v1/addresses`.

use chrono::TimeDelta;
use party_service::market_files::MarketRow;
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::{Answer, Client, FaultProxy, TestDatabase};

use crate::helpers::{PASSWORD, TestApp, config, database};
use crate::kakao_stand_in::{KEY, KakaoStandIn, Mood};
use crate::market_rows::{import, row};

async fn search(client: &Client, query: &str) -> Answer {
    let request = client.request(reqwest::Method::GET, "/v1/addresses");
    Client::send(request.query(&[("query", query)])).await
}

fn roads(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().unwrap();
    items.iter().map(|item| item["road_address"].as_str().unwrap()).collect()
}

fn market_at(road_address: &str) -> MarketRow {
    MarketRow { road_address: road_address.into(), ..row(road_address, 37.5, 127.0) }
}

async fn app_with(kakao: &KakaoStandIn) -> TestApp {
    let database = database().await;
    let mut config = config(&database);
    config.kakao = kakao.config();
    TestApp::spawn_with(database, &config)
}

#[tokio::test(flavor = "multi_thread")]
async fn d51_addresses_are_for_those_who_signed_in() {
    let kakao = KakaoStandIn::start();
    let app = app_with(&kakao).await;
    search(&app.client, "망원동").await.expect_problem(401, "unauthenticated");
    search(&app.client.with_token("x.y.z"), "망원동").await.expect_problem(401, "unauthenticated");
    assert_eq!(kakao.asked(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn kakao_finds_an_address() {
    let kakao = KakaoStandIn::start();
    let app = app_with(&kakao).await;
    let me = app.sign_up("사과이웃").await;
    let found = search(&me, "서울 마포구 포은로8길 14").await.expect(200);
    let market = json!({
        "road_address": "서울 마포구 포은로8길 14",
        "latitude": 37.556_026_7,
        "longitude": 126.905_913,
    });
    assert_eq!(found, json!({ "items": [market] }));
    let first = me.get("/v1/addresses?query=망원동&limit=1").await.expect(200);
    assert_eq!(roads(&first), ["서울 마포구 포은로8길 14"]);
    assert_eq!(search(&me, "없는 주소").await.expect(200), json!({ "items": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_kakao_the_markets_answer() {
    let app = TestApp::spawn().await;
    let markets = [
        "서울특별시 도봉구 도봉로104길 53 (창동, 이마트에브리데이)",
        "서울특별시 도봉구 도봉로104길 53, 지하 1층",
        "서울특별시 도봉구 도봉로104길 5",
        "서울특별시 강북구 도봉로 53 (미아동)",
        "강원특별자치도 강릉시 중앙로 1",
    ];
    import(&app.database, &markets.map(market_at)).await;
    let me = app.sign_up("사과이웃").await;
    for query in
        ["서울 도봉구 도봉로104길 53", "도봉로104길53", "서울시 도봉구 도봉로 104길 53 2층"]
    {
        let found = search(&me, query).await.expect(200);
        assert_eq!(roads(&found), ["서울특별시 도봉구 도봉로104길 53"], "{query}");
    }
    let found = search(&me, "도봉로104길").await.expect(200);
    assert_eq!(
        roads(&found),
        ["서울특별시 도봉구 도봉로104길 5", "서울특별시 도봉구 도봉로104길 53"],
        "shorter ones first, and two markets in one building are one address"
    );
    let found = search(&me, "강원도 강릉시 중앙로").await.expect(200);
    assert_eq!(roads(&found), ["강원특별자치도 강릉시 중앙로 1"]);
    for query in ["없는 주소", "%%", "__", "' OR 1=1 --"] {
        assert_eq!(search(&me, query).await.expect(200), json!({ "items": [] }), "{query}");
    }
    let found = me.get("/v1/addresses?query=도봉&limit=2").await.expect(200);
    assert_eq!(roads(&found).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_found_among_the_markets_only_if_it_is_whole() {
    let app = TestApp::spawn().await;
    import(&app.database, &[market_at("서울특별시 도봉구 도봉로104길 53 (창동)")]).await;
    let sign_up = async |nickname: &str, address: &str| {
        let account = json!({
            "email": format!("{nickname}@example.com"),
            "password": PASSWORD,
            "nickname": nickname,
            "address": address,
        });
        app.client.post("/v1/users", account).await
    };
    sign_up("a1", "서울 도봉구 도봉로104길 53, 101동 202호").await.expect(201);
    for (nickname, address) in
        [("a2", "서울 도봉구"), ("a3", "도봉로104길"), ("a4", "서울 도봉구 도봉로104길 5")]
    {
        sign_up(nickname, address).await.expect_invalid(&["/address"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_for_is_refused_by_name() {
    let app = TestApp::spawn().await;
    let me = app.sign_up("사과이웃").await;
    for (path, refused) in [
        ("", &["query"][..]),
        ("?query=", &["query"]),
        ("?query=a", &["query"]),
        ("?query=%20%20a%20", &["query"]),
        ("?query=ab%00", &["query"]),
        ("?query=(ab)", &["query"]),
        ("?query=ab&limit=0", &["limit"]),
        ("?query=a&limit=31", &["query", "limit"]),
        ("?query=ab&limit=ten", &["limit"]),
        ("?query=ab&unknown=1", &["query"]),
    ] {
        me.get(&format!("/v1/addresses{path}")).await.expect_invalid(refused);
    }
    search(&me, &"가".repeat(101)).await.expect_invalid(&["query"]);
    search(&me, &"가".repeat(100)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn d51_each_person_may_search_so_often_a_minute() {
    let kakao = KakaoStandIn::start();
    let database = database().await;
    let mut config = config(&database);
    config.kakao = kakao.config();
    config.addresses.searches_per_minute = 3;
    let app = TestApp::spawn_with(database, &config);
    let (me, you) = (app.sign_up("사과이웃").await, app.sign_up("배이웃").await);
    app.clock.advance(TimeDelta::seconds(45));
    for _ in 0..3 {
        search(&me, "망원동").await.expect(200);
    }
    let refused = search(&me, "망원동").await;
    refused.expect_problem(429, "too_many_requests");
    assert_eq!(refused.headers["retry-after"], "15");
    search(&you, "망원동").await.expect(200);
    app.clock.advance(TimeDelta::seconds(15));
    search(&me, "망원동").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn d51_giving_addresses_as_ones_own_is_no_way_around() {
    let kakao = KakaoStandIn::start();
    let database = database().await;
    let mut config = config(&database);
    config.kakao = kakao.config();
    config.addresses.searches_per_minute = 2;
    let app = TestApp::spawn_with(database, &config);
    let guess = |nickname: &str| {
        json!({
            "email": "taken@example.com",
            "password": PASSWORD,
            "nickname": nickname,
            "address": "서울 마포구 포은로8길 14",
        })
    };
    app.client.post("/v1/users", guess("사과이웃")).await.expect(201);
    app.client.post("/v1/users", guess("배이웃")).await.expect_problem(409, "email_taken");
    let refused = app.client.post("/v1/users", guess("귤이웃")).await;
    refused.expect_problem(429, "too_many_requests");
    assert!(refused.headers.contains_key("retry-after"));

    let me = app.sign_in("taken@example.com").await;
    for _ in 0..2 {
        me.patch("/v1/users/me", json!({ "address": "대전 동구 가오동 557" })).await.expect(200);
    }
    let refused = me.patch("/v1/users/me", json!({ "address": "서울 마포구 망원동" })).await;
    refused.expect_problem(429, "too_many_requests");
    me.patch("/v1/users/me", json!({ "address": null })).await.expect(200);
    search(&me, "망원동").await.expect_problem(429, "too_many_requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn d51_without_redis_searches_are_still_counted() {
    let kakao = KakaoStandIn::start();
    let database = database().await;
    let mut config = config(&database);
    let (proxy, url) = FaultProxy::before_url(&testkit::server_url("TEST_REDIS_URL")).await;
    config.redis.url = SecretString::from(url);
    config.kakao = kakao.config();
    config.addresses.searches_per_minute = 2;
    let app = TestApp::spawn_with(database, &config);
    let (me, you) = (app.sign_up("사과이웃").await, app.sign_up("배이웃").await);
    proxy.go_down();
    for _ in 0..2 {
        assert_eq!(roads(&search(&me, "망원동").await.expect(200)).len(), 2);
    }
    search(&me, "망원동").await.expect_problem(429, "too_many_requests");
    search(&you, "망원동").await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    search(&me, "망원동").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_from_nothing_found() {
    let kakao = KakaoStandIn::start();
    let app = app_with(&kakao).await;
    let me = app.sign_up("사과이웃").await;
    let known = search(&me, "망원동").await.expect(200);
    let (too_many, nobody) =
        (r#"{"errorType":"RequestThrottled"}"#, r#"{"errorType":"AccessDeniedError"}"#);
    for (mood, retry_after) in [
        (Mood::Says(503, String::new()), "5"),
        (Mood::Says(200, "<html>".into()), "5"),
        (Mood::Says(429, too_many.into()), "60"),
        (Mood::Says(401, nobody.into()), "60"),
    ] {
        kakao.is(mood);
        let answer = search(&me, "대전 동구 가오동 557").await;
        answer.expect_problem(503, "unavailable");
        assert_eq!(answer.headers["retry-after"], retry_after);
        assert!(!answer.body.to_string().contains(KEY));
        assert_eq!(search(&me, "망원동").await.expect(200), known, "it is remembered");
    }
    kakao.is(Mood::Well);
    assert_eq!(roads(&search(&me, "대전 동구 가오동 557").await.expect(200)).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_the_markets_cannot_answer() {
    let database = database().await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let mut config = config(&database);
    config.database = TestDatabase::config_at(url);
    let app = TestApp::spawn_with(database, &config);
    let me = app.sign_up("사과이웃").await;
    search(&me, "없는 주소").await.expect(200);
    proxy.go_down();
    let answer = search(&me, "없는 주소").await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
}
