//! The database is away: reading goes on.

use serde_json::json;
use testkit::{FaultProxy, until};

use crate::helpers::{codes, config, database_with, item, put, serve, serve_with, some_items};

#[tokio::test(flavor = "multi_thread")]
async fn the_search_answers_from_memory_while_the_database_is_away() {
    let database = database_with(&some_items()).await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let service = serve_with(config(url)).await;

    proxy.go_down();
    // It says so, and is sent requests all the same: it can answer them.
    let ready = service.client.get("/ready").await.expect(200);
    let checks = ready["checks"].as_array().unwrap();
    let up = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap()["up"].clone();
    assert_eq!((up("database"), up("cache")), (json!(false), json!(true)));
    for route in ["/v1/items", "/v1/items/060103", "/v1/categories", "/health"] {
        service.client.get(route).await.expect(200);
    }
    let body = service.client.get("/v1/items?query=ㅅㄱ").await.expect(200);
    assert_eq!(codes(&body).len(), 6);

    proxy.come_up();
    put(&database.db(), &[item("060104", "과실류", "사과", "아오리")]).await;
    until("the new item", async || {
        let answer = service.client.get("/v1/items/060104").await;
        (answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_instance_shows_an_import_by_itself() {
    let database = database_with(&some_items()).await;
    let instances = [serve(&database).await, serve(&database).await];
    put(&database.db(), &[item("060104", "과실류", "사과", "아오리")]).await;
    for instance in &instances {
        until("the new item", async || {
            let answer = instance.client.get("/v1/items?query=아오리").await;
            (codes(&answer.expect(200)) == ["060104"]).then_some(())
        })
        .await;
    }
}
