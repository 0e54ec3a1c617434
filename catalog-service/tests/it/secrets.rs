//! The key of the open API is part of an address; nothing we write down has it.

use std::process::Stdio;

use chassis::identity::Role;
use serde_json::json;
use testkit::{Client, until};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use crate::helpers::{config, database_with, serve_with};
use crate::source::{KEY, Scripted, with_source};

#[tokio::test(flavor = "multi_thread")]
async fn the_key_shows_in_no_log_no_error_and_no_metric() {
    // Every kind of failure once, then none at all.
    let source = Scripted::start(|asked| match asked.before {
        0 => actix_web::HttpResponse::InternalServerError().finish(),
        1 => actix_web::HttpResponse::Ok().body(r#"{"result":{"code":"ERROR-500"}}"#),
        _ => actix_web::HttpResponse::Ok().body(r#"{"result":{"code":"INFO-100"}}"#),
    });
    let database = database_with(&[]).await;
    let unreachable = "http://127.0.0.1:9/openapi";
    for url in [source.url.as_str(), unreachable] {
        let mut output = Vec::new();
        for arguments in [&["import"][..], &["serve"]] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_catalog-service"))
                .args(arguments)
                .env("CATALOG__DATABASE__URL", database.url())
                .env("CATALOG__REDIS__URL", testkit::server_url("TEST_REDIS_URL"))
                .env("CATALOG__REDIS__KEY_PREFIX", database.url())
                .env("CATALOG__BROKER__URL", "amqp://127.0.0.1:9")
                .env("CATALOG__IDENTITY__JWKS_URL", "http://127.0.0.1:9/keys")
                .env("CATALOG__HTTP__BIND", "127.0.0.1:0")
                .env("CATALOG__MAFRA__BASE_URL", url)
                .env("CATALOG__MAFRA__KEY", KEY)
                .env("CATALOG__MAFRA__RETRY_PAUSE_MS", "1")
                .env("CATALOG__LOG__FILTER", "trace")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            if arguments == ["serve"] {
                // Long enough to have written its configuration and its first lines.
                let mut first = vec![0; 4096];
                let read = child.stdout.as_mut().unwrap().read(&mut first).await.unwrap();
                output.extend_from_slice(&first[..read]);
                child.start_kill().unwrap();
            }
            let rest = child.wait_with_output().await.unwrap();
            output.extend(rest.stdout);
            output.extend(rest.stderr);
        }
        let said = String::from_utf8_lossy(&output);
        assert!(said.contains("the import failed"), "{said}");
        assert!(!said.contains(KEY), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_shows_in_no_answer_and_no_metric() {
    let source = Scripted::start(|_| actix_web::HttpResponse::InternalServerError().finish());
    let database = database_with(&[]).await;
    let config = with_source(config(database.url()), &source.url);
    assert!(!format!("{config:?}").contains(KEY));
    let service = serve_with(config).await;
    let admin = service.client_as(Role::Admin);
    admin.post("/v1/admin/imports", json!({})).await.expect(202);
    let ended = until("the end of the import", async || {
        let list = admin.get("/v1/admin/imports").await.expect(200);
        (list["items"][0]["status"] == "failed").then_some(list)
    })
    .await;
    assert!(!ended.to_string().contains(KEY));
    let metrics = Client::send(service.client.request(reqwest::Method::GET, "/metrics")).await;
    assert!(!metrics.body.to_string().contains(KEY));
}
