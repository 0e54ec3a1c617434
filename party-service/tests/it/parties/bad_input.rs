//! Bad input of every kind on every field is refused in the common shape, and never fails.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::stage::{Person, Stage, hours, with};

/// Values that fit no field, or hardly any.
fn nonsense() -> Vec<Value> {
    vec![
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("x".repeat(100_000)),
        json!("' OR 1=1 --"),
        json!("\u{0}"),
        json!("사과"),
        json!("99:99"),
        json!("11-23 12:00"),
        json!("2026-11-23T12:00:00"),
        json!("2026-13-45T25:61:61Z"),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("0000-00-00T00:00:00Z"),
        json!(true),
        json!([]),
        json!({}),
        json!([[[[[]]]]]),
    ]
}

#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!((200..500).contains(&status), "{what}: {status} {:#}", answer.body);
    if status >= 400 {
        assert!(!answer.code().is_empty(), "{what} is a problem: {:#}", answer.body);
        assert!(answer.body["trace_id"].is_string(), "{what} names its trace");
    }
}

async fn try_every_field(person: &Person, method: &Method, path: &str, good: &Value) {
    for field in good.as_object().unwrap().keys() {
        for bad in nonsense() {
            let body = with(good.clone(), json!({ field: bad }));
            let request = person.client.request(method.clone(), path).json(&body);
            let what = format!("{method} {path} {field} = {:.60}", bad.to_string());
            assert_refused(&Client::send(request).await, &what);
        }
    }
    for body in ["", "{", "null", "[]", "\"\"", "{\"a\":1}", "\u{feff}{}", "{}{}"] {
        let request = person.client.request(method.clone(), path).body(body);
        let request = request.header("content-type", "application/json");
        assert_refused(&Client::send(request).await, body);
    }
    let request = person.client.request(method.clone(), path).body("a=1");
    Client::send(request).await.expect_problem(415, "unsupported_media_type");
    let large = vec![b' '; 65 * 1024];
    let request = person.client.request(method.clone(), path).body(large);
    let request = request.header("content-type", "application/json");
    Client::send(request).await.expect_problem(413, "body_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_makes_it_fail() {
    let stage = Stage::spawn().await;
    let [leader, person] = stage.people().await;
    let path = stage.open(&leader).await;
    let wish = with(stage.wish(), json!({ "leader_shares": 1, "min_shares": 2 }));
    try_every_field(&person, &Method::POST, "/v1/parties", &wish).await;
    let application = json!({ "shares": 1, "message": "안녕하세요" });
    let applications = format!("{path}/applications");
    try_every_field(&person, &Method::POST, &applications, &application).await;
    let edit = json!({
        "quantity": 1, "unit": "kg", "total_price": 1, "description": "a", "starts_at": hours(9),
        "ends_at": hours(12), "join_deadline": hours(5), "total_shares": 5, "min_shares": 2,
    });
    try_every_field(&leader, &Method::PATCH, &path, &edit).await;
    let attendance = json!({ "attendance": [{ "user_id": person.id, "attended": true }] });
    try_every_field(&leader, &Method::POST, &format!("{path}/complete"), &attendance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_refused_fields_are_named_at_once() {
    let stage = Stage::spawn().await;
    let [leader] = stage.people().await;
    let bad = json!({
        "item_code": "사과", "quantity": 0, "unit": "", "total_price": 100_000_001,
        "description": "가".repeat(501), "total_shares": 1, "leader_shares": 0,
        "starts_at": hours(-2), "ends_at": hours(-3), "join_deadline": hours(-1),
    });
    let answer = leader.client.post("/v1/parties", with(stage.wish(), bad)).await;
    answer.expect_invalid(&[
        "/item_code",
        "/quantity",
        "/unit",
        "/total_price",
        "/description",
        "/total_shares",
        "/leader_shares",
        "/starts_at",
        "/ends_at",
        "/join_deadline",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_makes_it_fail() {
    let stage = Stage::spawn().await;
    let [person] = stage.people().await;
    stage.open(&person).await;
    let fields = [
        "lat",
        "lon",
        "radius_km",
        "item",
        "category",
        "market",
        "starts_after",
        "starts_before",
        "sort",
        "limit",
        "cursor",
    ];
    let cursor = "eyJvcmRlciI6Im5ld2VzdCJ9";
    for field in fields {
        for bad in
            ["", "-1", "0", "999", "nan", "inf", "1e999", "%00", "%F0%9F%8D%8E", "'", "*", cursor]
        {
            let path = format!("/v1/parties?lat=37.5&lon=127&{field}={bad}");
            let path = match field {
                "lat" => format!("/v1/parties?lon=127&lat={bad}"),
                "lon" => format!("/v1/parties?lat=37.5&lon={bad}"),
                _ => path,
            };
            assert_refused(&person.client.get(&path).await, &path);
        }
    }
    let both = person.client.get("/v1/parties?lat=91&lon=181&radius_km=21&limit=0").await;
    both.expect_invalid(&["lat", "lon", "radius_km", "limit"]);
    person.client.get("/v1/parties?lat=37.5").await.expect_invalid(&["lon"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_makes_it_fail() {
    let stage = Stage::spawn().await;
    let [person] = stage.people().await;
    for id in ["0", "%00", "..", "사과", "'", "00000000-0000-0000-0000-000000000000"] {
        for path in ["", "/members", "/applications", "/applications/me", "/lock", "/members/x"] {
            for method in [Method::GET, Method::POST, Method::DELETE, Method::PATCH, Method::PUT] {
                let path = format!("/v1/parties/{id}{path}");
                let answer = Client::send(person.client.request(method.clone(), &path)).await;
                assert_refused(&answer, &format!("{method} {path}"));
                assert!(answer.status.as_u16() >= 400);
            }
        }
    }
}
