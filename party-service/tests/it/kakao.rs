//! The address book when it asks Kakao.

use std::time::Duration;

use chassis::db::Db;
use chassis::redis::Cache;
use party_service::addresses::{
    AddressBook, AddressesConfig, AddressesUnavailable, KakaoConfig, KakaoError, Place,
};
use party_service::domain::address::AddressQuery;
use party_service::domain::geo::Coordinates;
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::{FaultProxy, TestDatabase};

use crate::kakao_stand_in::{KEY, KakaoStandIn, Mood};
use crate::real_data;

fn book(kakao: &KakaoConfig) -> AddressBook {
    let cache = Cache::new(&testkit::redis_config()).unwrap();
    book_with(kakao, cache)
}

fn book_with(kakao: &KakaoConfig, cache: Cache) -> AddressBook {
    let addresses = AddressesConfig { cache_ttl: Duration::from_hours(1), searches_per_minute: 30 };
    // Nothing is there: whoever asks Kakao needs no database.
    let db = Db::new(&TestDatabase::config_at("mysql://root@127.0.0.1:1/none".into())).unwrap();
    AddressBook::new(kakao, &addresses, db, cache).unwrap()
}

async fn search(book: &AddressBook, query: &str) -> Result<Vec<Place>, AddressesUnavailable> {
    book.search(&AddressQuery::parse(query).unwrap(), 30).await
}

async fn locate(book: &AddressBook, query: &str) -> Result<Option<Place>, AddressesUnavailable> {
    book.locate(&AddressQuery::parse(query).unwrap()).await
}

/// Why Kakao did not answer.
async fn failure(book: &AddressBook) -> KakaoError {
    let error = search(book, "서울 마포구 포은로8길 14").await.unwrap_err();
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(KEY) && !text.contains("포은로"), "{text} gives something away");
    }
    match error {
        AddressesUnavailable::Kakao(error) => error,
        AddressesUnavailable::Db(error) => panic!("{error}"),
    }
}

fn place(road_address: &str, latitude: f64, longitude: f64) -> Place {
    let coordinates = Coordinates::new(latitude, longitude).unwrap();
    Place { road_address: road_address.into(), coordinates }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_where_kakao_says() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    let market = place("서울 마포구 포은로8길 14", 37.556_026_7, 126.905_913);
    for query in ["서울 마포구 포은로8길 14", "서울 마포구 망원동 411", " 포은로8길  14 "]
    {
        assert_eq!(locate(&book, query).await.unwrap(), Some(market.clone()), "{query}");
    }
    let lot = place("대전 동구 가오동 557", 36.306_937_578_1, 127.458_020_013);
    assert_eq!(locate(&book, "대전 동구 가오동 557").await.unwrap(), Some(lot));
    let found = search(&book, "서울 마포구 망원동").await.unwrap();
    assert_eq!(found, [market.clone(), place("서울 마포구 망원동", 37.556, 126.901)]);
    let query = AddressQuery::parse("서울 마포구 망원동").unwrap();
    assert_eq!(book.search(&query, 1).await.unwrap(), [market]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d51_what_is_not_found_is_no_error() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    assert_eq!(search(&book, "없는 주소 123").await.unwrap(), []);
    assert_eq!(locate(&book, "없는 주소 123").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn kakao_learns_the_building_and_no_more() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    locate(&book, "서울 마포구 포은로8길 14, 101동 202호 (망원동)").await.unwrap().unwrap();
    locate(&book, "\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF} 마포구 망원동").await.unwrap().unwrap();
    assert_eq!(kakao.asked(), ["서울 마포구 포은로8길 14", "서울 마포구 망원동"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_remembered_whoever_asks_and_however_it_is_spelt() {
    let kakao = KakaoStandIn::start();
    let cache = Cache::new(&testkit::redis_config()).unwrap();
    let first = book_with(&kakao.config(), cache.clone());
    let second = book_with(&kakao.config(), cache);
    let found = search(&first, "서울 마포구 포은로8길 14").await.unwrap();
    assert_eq!(found.len(), 1);
    for same in ["서울 마포구 포은로8길 14", "서울특별시 마포구 포은로 8길 14 (망원동)"]
    {
        assert_eq!(search(&second, same).await.unwrap(), found);
    }
    assert_eq!(search(&second, "어디에도 없음").await.unwrap(), []);
    assert_eq!(search(&first, "어디에도 없음").await.unwrap(), []);
    assert_eq!(kakao.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_kakao_is_asked_each_time() {
    let kakao = KakaoStandIn::start();
    let mut redis = testkit::redis_config();
    let (proxy, url) = FaultProxy::before_url(&testkit::server_url("TEST_REDIS_URL")).await;
    redis.url = SecretString::from(url);
    let book = book_with(&kakao.config(), Cache::new(&redis).unwrap());
    proxy.go_down();
    for _ in 0..2 {
        assert_eq!(search(&book, "망원동").await.unwrap().len(), 2);
    }
    assert_eq!(kakao.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_outlasts_kakao() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    let known = locate(&book, "서울 마포구 망원동").await.unwrap();
    assert!(known.is_some());
    kakao.says(503, r#"{"code":-9798,"msg":"service maintenance"}"#);
    assert_eq!(locate(&book, "서울 마포구 망원동").await.unwrap(), known);
    assert!(matches!(failure(&book).await, KakaoError::Failed(status) if status == 503));

    kakao.is(Mood::Well);
    assert_eq!(search(&book, "서울 마포구 포은로8길 14").await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn kakao_away_or_slow_is_no_answer() {
    let nobody = KakaoConfig {
        key: SecretString::from(KEY),
        base_url: "http://127.0.0.1:1".into(),
        timeout: Duration::from_secs(2),
    };
    assert!(matches!(failure(&book(&nobody)).await, KakaoError::NoAnswer(_)));

    let kakao = KakaoStandIn::start();
    kakao.is(Mood::Asleep);
    let impatient = KakaoConfig { timeout: Duration::from_millis(50), ..kakao.config() };
    assert!(matches!(failure(&book(&impatient)).await, KakaoError::NoAnswer(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_quota_is_told_from_other_failures() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    for (status, body) in [
        (429, r#"{"errorType":"RequestThrottled","message":"API limit has been exceeded."}"#),
        (429, ""),
        (400, r#"{"code":-10,"msg":"API limit has been exceeded."}"#),
    ] {
        kakao.says(status, body);
        assert!(matches!(failure(&book).await, KakaoError::QuotaUsedUp), "{status} {body}");
    }
    for (status, body) in [
        (400, r#"{"code":-1,"msg":"internal error"}"#),
        (400, r#"{"errorType":"InvalidArgument","message":"size is more than max"}"#),
        (400, "[]"),
        (302, ""),
        (404, "<html>"),
        (500, ""),
    ] {
        kakao.says(status, body);
        assert!(matches!(failure(&book).await, KakaoError::Failed(_)), "{status} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_never_repeated() {
    let kakao = KakaoStandIn::start();
    // Of another person, and none at all: both are echoed by Kakao.
    for key in ["0123456789abcdef0123456789abcdef", "test"] {
        let config = KakaoConfig { key: SecretString::from(key), ..kakao.config() };
        let error = failure(&book(&config)).await;
        assert!(matches!(error, KakaoError::KeyRefused(status) if status == 401));
        assert!(!format!("{error} {error:?} {config:?}").contains(key));
    }
    kakao.says(403, r#"{"errorType":"NotAuthorizedError","message":"App(demo) disabled OPEN_MAP_AND_LOCAL service."}"#);
    assert!(matches!(failure(&book(&kakao.config())).await, KakaoError::KeyRefused(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_is_not_believed() {
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    let document = |x: Value, y: Value| json!({ "address_name": "서울", "road_address": null, "x": x, "y": y });
    let documents = |documents: &[Value]| json!({ "documents": documents }).to_string();
    for body in [
        String::new(),
        "<html>".into(),
        "null".into(),
        "{}".into(),
        r#"{"documents":null}"#.into(),
        r#"{"documents":[{}]}"#.into(),
        r#"{"documents":["#.into(),
        documents(&[document(json!(127.0), json!(37.5))]),
        documents(&[document(json!("999"), json!("37.5"))]),
        documents(&[document(json!("127.0"), json!("-90.5"))]),
        documents(&[document(json!("NaN"), json!("37.5"))]),
        documents(&[document(json!("inf"), json!("37.5"))]),
        documents(&[document(json!(""), json!(""))]),
        documents(&[document(json!("127,0"), json!("37,5"))]),
        documents(&[json!({ "address_name": "", "road_address": null, "x": "127", "y": "37" })]),
        documents(&[
            json!({ "address_name": "x".repeat(201), "road_address": null, "x": "127", "y": "37" }),
        ]),
        documents(&[json!({ "address_name": "서울", "road_address": {}, "x": "127", "y": "37" })]),
        // A good one first does not make the rest believable.
        documents(&[document(json!("127.0"), json!("37.5")), document(json!("0"), json!("91"))]),
        documents(&[]) + &" ".repeat(300 * 1024),
    ] {
        kakao.says(200, body.clone());
        let error = failure(&book).await;
        assert!(matches!(error, KakaoError::Unreadable(_)), "{error}: {body:.200}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_answers_are_understood() {
    let Some(file) = real_data::file("kakao-errors.json") else { return };
    let kakao = KakaoStandIn::start();
    let book = book(&kakao.config());
    let errors: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for error in &errors {
        let status = u16::try_from(error["http_status"].as_u64().unwrap()).unwrap();
        kakao.says(status, error["body"].to_string());
        let failure = failure(&book).await;
        let quota = error["when"].as_str().unwrap().starts_with("quota");
        assert_eq!(matches!(failure, KakaoError::QuotaUsedUp), quota, "{error}");
    }
    for (name, places) in [
        ("kakao-search-empty.json", 0),
        ("kakao-search-page1.json", 10),
        ("kakao-search-region-addr.json", 3),
        ("kakao-search-region.json", 1),
        ("kakao-search-road.json", 1),
    ] {
        kakao.says(200, std::fs::read_to_string(file.with_file_name(name)).unwrap());
        assert_eq!(search(&book, name).await.unwrap().len(), places, "{name}");
    }
    let documents = std::fs::read_to_string(file.with_file_name("kakao-documents.jsonl")).unwrap();
    let documents: Vec<_> = documents.lines().collect();
    for (number, page) in documents.chunks(30).enumerate() {
        kakao.says(200, format!(r#"{{"documents":[{}]}}"#, page.join(",")));
        let found = search(&book, &format!("page {number}")).await.unwrap();
        assert_eq!(found.len(), page.len());
    }
}
