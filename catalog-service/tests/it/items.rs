//! `GET /v1/items` and `GET /v1/items/{code}`.

use serde_json::json;

use crate::helpers::{codes, database_with, serve, some_items};

#[tokio::test(flavor = "multi_thread")]
async fn an_item_says_all_that_a_person_wants_to_know() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    assert_eq!(
        service.client.get("/v1/items/060103").await.expect(200),
        json!({
            "code": "060103",
            "name": "사과 (후지)",
            "category": {"code": "06", "name": "과실류"},
            "item": {"code": "0601", "name": "사과"},
            "variety": {"code": "060103", "name": "후지"},
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_item_is_not_found_whatever_its_code_looks_like() {
    let database = database_with(&some_items()).await;
    let client = serve(&database).await;
    for code in ["999999", "0", "%EC%82%AC%EA%B3%BC", "%25", "%00", "..", "a%2Fb", &"9".repeat(500)]
    {
        let answer = client.client.get(&format!("/v1/items/{code}")).await;
        assert_eq!(answer.status, 404, "{code}: {}", answer.body);
        assert_eq!(answer.body["status"], 404, "{code}");
    }
    client.client.get("/v1/items/999999").await.expect_problem(404, "item_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_marts_do_not_sell_is_hidden_unless_asked_for() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    let found = async |path: &str| {
        let body = service.client.get(path).await.expect(200);
        codes(&body).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!found("/v1/items?limit=100").await.contains(&"412101".to_owned()));
    assert!(found("/v1/items?query=한우").await.is_empty());
    assert_eq!(found("/v1/items?query=한우&include_unsold=true").await, ["412101"]);
    assert_eq!(found("/v1/items?query=한우&category=41").await, ["412101"]);
    assert_eq!(found("/v1/items?category=20").await, ["202601"]);
    assert_eq!(found("/v1/items?include_unsold=true&limit=100").await.len(), some_items().len());
    // Its code still leads to it: someone may have a party about it.
    service.client.get("/v1/items/412101").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn d50_percent_and_underscore_are_ordinary_and_nothing_found_is_no_error() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    for query in ["%25", "_", "%25%25", "사_", "_%25_", "\\", "'; DROP TABLE items; --", "없는것"]
    {
        let body = service.client.get(&format!("/v1/items?query={query}")).await.expect(200);
        let expected: &[&str] = if query == "%25" { &["460201"] } else { &[] };
        assert_eq!(codes(&body), expected, "{query}");
        assert_eq!(body["next_cursor"], json!(null));
    }
    let body = service.client.get("/v1/items?query=1%25").await.expect(200);
    assert_eq!(codes(&body), ["460201"]);
    let body = service.client.get("/v1/items?category=77").await.expect(200);
    assert_eq!(body, json!({"items": [], "next_cursor": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_item_once_and_no_page_is_longer_than_asked() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    for filter in ["include_unsold=true", "query=사과", "query=ㄱ", "query=사가", "category=06"]
    {
        let whole = service.client.get(&format!("/v1/items?{filter}&limit=100")).await.expect(200);
        let mut paged: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/items?{filter}&limit=2{cursor}");
            let page = service.client.get(&path).await.expect(200);
            assert!(codes(&page).len() <= 2);
            paged.extend(codes(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert!(paged.len() > 2, "{filter} has pages");
        assert_eq!(paged, codes(&whole), "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_parameter_refuses_what_it_cannot_be() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    let long = "가".repeat(101);
    for (query, pointers) in [
        (format!("query={long}"), vec!["query"]),
        ("category=".into(), vec!["category"]),
        ("category=0-6".into(), vec!["category"]),
        (format!("category={}", "0".repeat(17)), vec!["category"]),
        ("limit=0".into(), vec!["limit"]),
        ("limit=101".into(), vec!["limit"]),
        ("limit=-1".into(), vec!["limit"]),
        ("limit=2.5".into(), vec!["limit"]),
        ("limit=".into(), vec!["limit"]),
        ("limit=99999999999999999999".into(), vec!["limit"]),
        ("include_unsold=yes".into(), vec!["include_unsold"]),
        ("cursor=".into(), vec!["cursor"]),
        ("cursor=e30".into(), vec!["cursor"]),
        ("cursor=!".into(), vec!["cursor"]),
        (format!("cursor={}", "A".repeat(10_000)), vec!["cursor"]),
        ("limit=x&category=%25&cursor=x".into(), vec!["category", "cursor", "limit"]),
    ] {
        service.client.get(&format!("/v1/items?{query}")).await.expect_invalid(&pointers);
    }
    for query in ["q=사과", "limit=1&limit=2", "limit"] {
        let answer = service.client.get(&format!("/v1/items?{query}")).await;
        answer.expect_problem(422, "validation_failed");
    }
    // Bytes that are no UTF-8 are no text of ours, but no fault of ours either.
    let answer = service.client.get("/v1/items?query=%ff%fe").await;
    assert!(answer.status.as_u16() < 500, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_refused_in_the_common_shape() {
    let database = database_with(&[]).await;
    let service = serve(&database).await;
    service.client.get("/v1/things").await.expect_problem(404, "not_found");
    service.client.post("/v1/items", json!({})).await.expect_problem(405, "method_not_allowed");
    let empty = service.client.get("/v1/items?query=사과").await.expect(200);
    assert_eq!(empty, json!({"items": [], "next_cursor": null}));
}
