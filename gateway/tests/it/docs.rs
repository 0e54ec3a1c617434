//! The merged description of the API, and the pages that show it.

use std::sync::{Arc, RwLock};

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use testkit::{Client, FaultProxy};

use crate::helpers::Gateway;
use crate::raw;
use crate::service;

/// A service that publishes this document.
fn publishing(document: Value) -> std::net::SocketAddr {
    let document = Arc::new(RwLock::new(document));
    service::start(move |app| {
        let document = document.clone();
        app.route(
            "/openapi.json",
            web::get().to(move || {
                let document = document.read().unwrap().clone();
                async move { HttpResponse::Ok().json(document) }
            }),
        );
    })
}

fn party() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "parties", "version": "1" },
        "tags": [{ "name": "parties" }, { "name": "shared", "description": "of party" }],
        "paths": {
            "/v1/parties": {
                "parameters": [{ "name": "x-all", "in": "header" }],
                "get": {
                    "operationId": "list",
                    "responses": { "200": { "$ref": "#/components/responses/Page" } }
                },
                "post": {
                    "operationId": "open",
                    "requestBody": { "content": {} },
                    "responses": { "201": {}, "401": { "description": "our own words" } }
                }
            },
            "/v1/parties/{id}": { "get": { "operationId": "get", "responses": {} } },
            "/v1/users": { "post": { "operationId": "sign_up", "responses": {} } },
            "/v1/items": { "get": { "operationId": "stolen", "responses": {} } },
            "/health": { "get": { "operationId": "health", "responses": {} } }
        },
        "components": {
            "schemas": {
                "Page": { "type": "object", "properties": { "item": { "$ref": "#/components/schemas/Item" } } },
                "Item": { "type": "string" },
                "Same": { "type": "integer" }
            },
            "responses": { "Page": { "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Page" } } } } }
        }
    })
}

fn catalog() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "items", "version": "1" },
        "tags": [{ "name": "items" }, { "name": "shared", "description": "of catalog" }],
        "paths": {
            "/v1/items": { "get": {
                "operationId": "list",
                "security": [{}, { "token": [] }],
                "responses": { "200": { "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Page" } } } } }
            } }
        },
        "components": { "schemas": {
            // The same text as another's, but what it refers to is something else.
            "Page": { "type": "object", "properties": { "item": { "$ref": "#/components/schemas/Item" } } },
            "Item": { "type": "object" },
            "Same": { "type": "integer" }
        } },
        "x-problems": [{ "code": "item_gone", "status": 410, "ko": "없어진 품목입니다", "en": "Gone" }]
    })
}

async fn document(gateway: &Gateway) -> Value {
    gateway.client().get("/docs/openapi.json").await.expect(200)
}

/// Every `$ref` of a document leads somewhere.
fn assert_whole(document: &Value) {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    references(document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_document_is_that_of_all_services() {
    let gateway = Gateway::before_two(publishing(party()), publishing(catalog())).await;
    let whole = document(&gateway).await;
    assert_whole(&whole);
    assert_eq!(whole["servers"], json!([{ "url": "/", "description": "This gateway" }]));
    assert_eq!(whole["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let paths: Vec<_> = whole["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/v1/items", "/v1/parties", "/v1/parties/{id}", "/v1/users"]);
    let tags: Vec<_> =
        whole["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["items", "shared", "parties"]);
    assert_eq!(whole["paths"]["/v1/parties"]["parameters"][0]["name"], "x-all");
}

#[tokio::test]
async fn what_two_services_call_the_same_is_kept_apart() {
    let gateway = Gateway::before_two(publishing(party()), publishing(catalog())).await;
    let whole = document(&gateway).await;
    let schemas = &whole["components"]["schemas"];
    // In the order of their names: the second gets its own before those that clash.
    assert_eq!(schemas["Item"], json!({ "type": "object" }));
    assert_eq!(schemas["PartyItem"], json!({ "type": "string" }));
    let item = "/properties/item/$ref";
    assert_eq!(schemas["Page"].pointer(item).unwrap(), "#/components/schemas/Item");
    assert_eq!(schemas["PartyPage"].pointer(item).unwrap(), "#/components/schemas/PartyItem");
    assert_eq!(schemas["Same"], json!({ "type": "integer" }));
    assert!(schemas.get("PartySame").is_none(), "what is the same is there once");
    let page = "/components/responses/Page/content/application~1json/schema/$ref";
    assert_eq!(whole.pointer(page).unwrap(), "#/components/schemas/PartyPage");
    assert_eq!(whole["paths"]["/v1/items"]["get"]["operationId"], "list");
    assert_eq!(whole["paths"]["/v1/parties"]["get"]["operationId"], "party_list");
}

#[tokio::test]
async fn the_gateways_own_answers_are_described() {
    let gateway = Gateway::before_two(publishing(party()), publishing(catalog())).await;
    let whole = document(&gateway).await;
    let statuses = |path: &str, method: &str| -> Vec<String> {
        whole["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
    };
    let get = ["200", "400", "401", "502", "503", "504"];
    assert_eq!(statuses("/v1/items", "get"), get);
    let post = ["201", "400", "401", "408", "413", "502", "503", "504"];
    assert_eq!(statuses("/v1/parties", "post"), post);
    let by_id = ["400", "401", "404", "502", "503", "504"];
    assert_eq!(statuses("/v1/parties/{id}", "get"), by_id);
    let own = &whole["paths"]["/v1/parties"]["post"]["responses"]["401"]["description"];
    assert_eq!(own, "our own words");
    let security = |path: &str, method: &str| whole["paths"][path][method]["security"].clone();
    assert_eq!(security("/v1/parties", "get"), json!([{ "bearer": [] }]));
    assert_eq!(security("/v1/items", "get"), json!([{}, { "bearer": [] }]));
    assert_eq!(security("/v1/users", "post"), json!([]));
}

#[tokio::test]
async fn a_service_that_is_away_leaves_its_part_out() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before_two(publishing(party()), nobody).await;
    let whole = document(&gateway).await;
    assert!(whole["paths"].get("/v1/parties").is_some());
    assert!(whole["paths"].get("/v1/items").is_none());
    let description = whole["info"]["description"].as_str().unwrap();
    assert!(description.ends_with("catalog"), "{description}");
}

#[tokio::test]
async fn a_service_that_talks_nonsense_harms_nobody() {
    for nonsense in [
        json!([1, 2]),
        json!({ "paths": [1], "components": "x", "tags": {} }),
        json!({
            "paths": { "/v1/items": { "get": 7, "put": null, "x": 1 }, "/v1/items/{code}": 3 },
            "components": { "schemas": { "Problem": 1 } },
        }),
    ] {
        let gateway = Gateway::before_two(publishing(party()), publishing(nonsense)).await;
        let whole = document(&gateway).await;
        assert!(whole["paths"].get("/v1/parties").is_some());
        assert_eq!(whole["components"]["schemas"]["Problem"]["type"], "object");
    }
}

#[tokio::test]
async fn what_a_service_said_last_is_kept_while_it_is_away() {
    let proxy = FaultProxy::before(publishing(catalog()).to_string()).await;
    let gateway = Gateway::before_two(publishing(party()), proxy.address()).await;
    assert!(document(&gateway).await["paths"].get("/v1/items").is_some());
    proxy.go_down();
    assert!(document(&gateway).await["paths"].get("/v1/items").is_some());
}

#[tokio::test]
async fn swagger_ui_is_there_and_reads_the_document() {
    let gateway = Gateway::before(service::echo().0).await;
    let client = gateway.client();
    for path in ["/docs"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 307);
        assert_eq!(answer.headers["location"], "/docs/");
    }
    let page = client.get("/docs/").await;
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("'self'"));
    let page = page.expect(200);
    assert!(page.as_str().unwrap().contains("swagger-ui"));
    let script = client.get("/docs/swagger-initializer.js").await.expect(200);
    let script = script.as_str().unwrap();
    assert!(script.contains("/docs/openapi.json") && script.contains("persistAuthorization"));
    client.get("/docs/no-such-file").await.expect_problem(404, "not_found");
    client.post("/docs/", json!({})).await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn every_error_code_is_explained_where_problems_point_to() {
    let gateway = Gateway::before_two(publishing(party()), publishing(catalog())).await;
    let problem = gateway.client().get("/nowhere").await;
    let (page, anchor) = problem.body["type"].as_str().unwrap().split_once('#').unwrap();
    let answer = gateway.client().get(page).await;
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    let text = answer.expect(200);
    for code in [anchor, "item_gone", "bad_gateway"] {
        assert!(text.as_str().unwrap().contains(&format!("id=\"{code}\"")), "{code}");
    }
}

#[tokio::test]
async fn the_default_configuration_describes_itself() {
    let (nobody, _held) = raw::nobody();
    let gateway = Gateway::before(nobody).await;
    let whole = document(&gateway).await;
    assert_whole(&whole);
    assert_eq!(whole["openapi"], "3.1.0");
    let answer = Client::send(gateway.client().request(reqwest::Method::GET, "/docs/problems"));
    answer.await.expect(200);
}
