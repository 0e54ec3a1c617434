//! `GET /v1/items/suggestions`.

use serde_json::{Value, json};

use crate::helpers::{Service, database_with, item, serve, some_items};

async fn suggested(service: &Service, typed: &str) -> Vec<String> {
    let body =
        service.client.get(&format!("/v1/items/suggestions?query={typed}")).await.expect(200);
    let text = |item: &Value| item["text"].as_str().unwrap().to_owned();
    body["items"].as_array().unwrap().iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_on_the_way_to_a_word_suggests_it() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    for typed in ["ㅅ", "사", "삭", "사고", "사과", "ㅅㄱ", "사ㄱ"] {
        assert_eq!(suggested(&service, typed).await[0], "사과", "{typed}");
    }
    assert_eq!(suggested(&service, "사과ㄷ").await, ["사과대추"]);
    assert_eq!(suggested(&service, "사과").await, ["사과", "사과대추"]);
    assert_eq!(suggested(&service, "후").await, ["후지"]);
    assert_eq!(suggested(&service, "MI").await, ["Milk 저지방 1%"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everyday_words_are_suggested() {
    let database = database_with(&[item("430401", "국내산육류", "돈육", "삼겹살")]).await;
    let service = serve(&database).await;
    assert_eq!(suggested(&service, "돼").await, ["돼지고기"]);
    assert_eq!(suggested(&service, "돈").await, ["돈육"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_suggested_for_nothing_or_for_what_marts_do_not_sell() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    for typed in ["", "()", "장", "한우", "없", "%25"] {
        assert_eq!(suggested(&service, typed).await, Vec::<String>::new(), "{typed}");
    }
    let body = service.client.get("/v1/items/suggestions").await.expect(200);
    assert_eq!(body, json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_checked() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    let get =
        async |query: &str| service.client.get(&format!("/v1/items/suggestions?{query}")).await;
    get("query=사&limit=21").await.expect_invalid(&["limit"]);
    get("query=사&limit=0").await.expect_invalid(&["limit"]);
    get(&format!("query={}", "사".repeat(101))).await.expect_invalid(&["query"]);
    get("q=사").await.expect_problem(422, "validation_failed");
    assert_eq!(get("query=ㅅ&limit=1").await.expect(200)["items"].as_array().unwrap().len(), 1);
}
