//! `/v1/admin/imports`.

use catalog_service::domain::{Item, Missing};
use chassis::identity::Role;
use diesel_async::RunQueryDsl as _;
use serde_json::{Value, json};
use testkit::{Client, TestDatabase, until};

use crate::helpers::{Service, config, database_with, serve, serve_with, some_items};
use crate::imports::Imports;
use crate::source::{Scripted, published, with_source};

async fn served(items: &[Item]) -> (TestDatabase, Service, Scripted) {
    let source = Scripted::of_rows(items.iter().map(published).collect());
    let database = database_with(&[]).await;
    let service = serve_with(with_source(config(database.url()), &source.url)).await;
    (database, service, source)
}

/// The import with this id once it has ended.
async fn ended(client: &Client, id: &Value) -> Value {
    let path = format!("/v1/admin/imports/{}", id.as_str().unwrap());
    until("the end of the import", async || {
        let run = client.get(&path).await.expect(200);
        (run["status"] != "running").then_some(run)
    })
    .await
}

#[derive(diesel::QueryableByName)]
struct Told {
    #[diesel(sql_type = diesel::sql_types::Text)]
    payload: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_starts_an_import_and_follows_it_to_its_end() {
    let (database, service, _source) = served(&some_items()).await;
    let admin = service.client_as(Role::Admin);
    let started = admin.post("/v1/admin/imports", json!({})).await.expect(202);
    assert_eq!((&started["status"], &started["source"]), (&json!("running"), &json!("mafra")));
    assert!(started["requested_by"].is_string());

    // Whoever keeps the log of administrators is told, in the same transaction.
    let told = "SELECT payload FROM outbox WHERE kind = 'catalog.import_requested.v1'";
    let told: Vec<Told> = diesel::sql_query(told).load(&mut database.conn().await).await.unwrap();
    let told: Value = serde_json::from_str(&told[0].payload).unwrap();
    let (run, by) = (&started["id"], &started["requested_by"]);
    assert_eq!(told["data"], json!({ "run_id": run, "requested_by": by, "forced": false }));

    let run = ended(&admin, &started["id"]).await;
    assert_eq!(run["status"], "done");
    let counts = ["pages_total", "pages_done", "rows_total", "rows_read", "inserted", "refused"];
    assert_eq!(counts.map(|name| run[name].as_u64().unwrap()), [1, 1, 14, 14, 14, 0]);
    assert!(run["finished_at"].is_string() && run["duration_ms"].is_i64());
    until("the items", async || {
        let found = service.client.get("/v1/items?query=사과").await.expect(200);
        (!found["items"].as_array().unwrap().is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_listed_newest_first() {
    let (_database, service, _source) = served(&some_items()).await;
    let admin = service.client_as(Role::Admin);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let started = admin.post("/v1/admin/imports", json!({"force": false})).await.expect(202);
        ended(&admin, &started["id"]).await;
        ids.insert(0, started["id"].clone());
    }
    let listed = |page: &Value| -> Vec<Value> {
        page["items"].as_array().unwrap().iter().map(|run| run["id"].clone()).collect()
    };
    let first = admin.get("/v1/admin/imports?limit=2").await.expect(200);
    assert_eq!(listed(&first), ids[..2]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/v1/admin/imports?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((listed(&second), &second["next_cursor"]), (ids[2..].to_vec(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_listed() {
    let mut rows: Vec<_> = some_items().iter().map(published).collect();
    for row in &mut rows[..3] {
        row.item_name = String::new();
    }
    let imports = Imports::new(database_with(&[]).await, &Scripted::of_rows(rows).url);
    let id = imports.run(Missing::Deactivate).await.id;
    let service = serve(&imports.database).await;
    let admin = service.client_as(Role::Admin);
    let page = admin.get(&format!("/v1/admin/imports/{id}/refusals?limit=2")).await.expect(200);
    assert_eq!(
        page["items"][0],
        json!({
            "line": 1, "field": "item_name", "reason": "missing",
            "content": "06 | 과실류 | 0601 |  | 060101 | 사과",
        })
    );
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("/v1/admin/imports/{id}/refusals?limit=2&cursor={cursor}");
    let rest = admin.get(&path).await.expect(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!((&rest["items"][0]["line"], &rest["next_cursor"]), (&json!(3), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_see_imports() {
    let (_database, service, source) = served(&some_items()).await;
    let id = "019b0000-0000-7000-8000-000000000001";
    let user = service.client_as(Role::User);
    let admin = service.client_as(Role::Admin);
    for path in [
        "/v1/admin/imports".to_owned(),
        format!("/v1/admin/imports/{id}"),
        format!("/v1/admin/imports/{id}/refusals"),
    ] {
        service.client.get(&path).await.expect_problem(401, "unauthenticated");
        user.get(&path).await.expect_problem(403, "forbidden");
        let unknown = if path.contains(id) { 404 } else { 200 };
        admin.get(&path).await.expect(unknown);
    }
    let path = "/v1/admin/imports";
    service.client.post(path, json!({})).await.expect_problem(401, "unauthenticated");
    user.post(path, json!({})).await.expect_problem(403, "forbidden");
    assert_eq!(source.asked(), [], "nobody who may not has started anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_refused() {
    let (_database, service, _source) = served(&some_items()).await;
    let admin = service.client_as(Role::Admin);
    let path = "/v1/admin/imports";
    admin.post(path, json!({"force": "yes"})).await.expect_invalid(&["/force"]);
    admin.post(path, json!({"source": "mafra"})).await.expect_problem(422, "validation_failed");
    admin.post(path, json!("now")).await.expect_problem(422, "validation_failed");
    admin.act(path).await.expect_problem(415, "unsupported_media_type");
    for query in ["limit=0", "limit=101", "limit=x"] {
        admin.get(&format!("{path}?{query}")).await.expect_invalid(&["limit"]);
    }
    admin.get(&format!("{path}?cursor=x")).await.expect_invalid(&["cursor"]);
    admin.get(&format!("{path}?q=1")).await.expect_problem(422, "validation_failed");
    for id in ["1", "%25", "019b0000-0000-7000-8000-000000000001"] {
        let answer = admin.get(&format!("{path}/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
        let answer = admin.get(&format!("{path}/{id}/refusals")).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    let id = "019b0000-0000-7000-8000-000000000001";
    admin
        .get(&format!("{path}/{id}/refusals?limit=0&cursor=x"))
        .await
        .expect_invalid(&["cursor", "limit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_waits_for_the_first_to_end() {
    // A source that never answers keeps the first one busy.
    let source = Scripted::start(|_| actix_web::HttpResponse::ServiceUnavailable().finish());
    let database = database_with(&[]).await;
    let mut config = with_source(config(database.url()), &source.url);
    config.mafra.retry_pause = std::time::Duration::from_mins(1);
    let service = serve_with(config).await;
    let admin = service.client_as(Role::Admin);
    let first = admin.post("/v1/admin/imports", json!({})).await.expect(202);
    let second = admin.post("/v1/admin/imports", json!({})).await;
    second.expect_problem(409, "import_unfinished");
    assert!(second.body["detail"].as_str().unwrap().contains(first["id"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_starts_one_import() {
    let (_database, service, _source) = served(&some_items()).await;
    let admin = service.client_as(Role::Admin);
    let send = async || {
        let request = admin.request(reqwest::Method::POST, "/v1/admin/imports").json(&json!({}));
        Client::send(request.header("Idempotency-Key", "once")).await.expect(202)
    };
    let first = send().await;
    ended(&admin, &first["id"]).await;
    assert_eq!(send().await, first);
    let listed = admin.get("/v1/admin/imports").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_there_is_nothing_to_import_from() {
    let database = database_with(&[]).await;
    let service = serve(&database).await;
    let admin = service.client_as(Role::Admin);
    let answer = admin.post("/v1/admin/imports", json!({})).await;
    answer.expect_problem(409, "import_without_source");
}
