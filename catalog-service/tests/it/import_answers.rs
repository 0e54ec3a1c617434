//! Whatever the source answers, an import ends under a name, and no item is lost.

use actix_web::HttpResponse;
use actix_web::error::ErrorBadGateway;
use actix_web::web::Bytes;
use catalog_service::domain::{Missing, RunStatus};
use catalog_service::import::mafra::GRID;
use futures_util::stream;
use serde_json::Value;

use crate::helpers::{database_with, real_data};
use crate::imports::Imports;
use crate::source::{Asked, Scripted, many_rows, page};

/// Imports from a source with three pages, one of which answers otherwise. Gives the outcome and
/// how often that page was asked for.
async fn outcome(
    odd_start: usize,
    odd: impl Fn(Asked) -> HttpResponse + Clone + Send + Sync + 'static,
) -> (String, usize) {
    let rows = many_rows(2100);
    let items: Vec<_> = rows.iter().take(50).map(|row| row.parse().unwrap()).collect();
    let source =
        Scripted::start(
            move |asked| {
                if asked.start == odd_start { odd(asked) } else { page(&rows, asked) }
            },
        );
    let imports = Imports::new(database_with(&items).await, &source.url);
    let run = imports.run(Missing::Force).await;
    assert_eq!(run.status, RunStatus::Failed);
    assert_eq!(run.tally.deactivated, 0);
    let left = imports.items().await;
    assert!(items.iter().all(|item| left.contains(item)), "an item was lost");
    let asked = source.asked().iter().filter(|asked| asked.start == odd_start).count();
    (run.outcome.unwrap(), asked)
}

fn body(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).content_type(content_type).body(body.into())
}

fn whole_page() -> String {
    let row = r#"{"CATGORY_NEW_CODE":"06"}"#;
    format!(r#"{{"{GRID}":{{"totalCnt":2100,"result":{{"code":"INFO-000"}},"row":[{row}]}}}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_odd_answer_ends_under_its_name_and_only_passing_trouble_is_retried() {
    let half = {
        let page = whole_page();
        page[..page.len() / 2].to_owned()
    };
    let euc_kr: &[u8] = b"{\"result\":{\"code\":\"\xc0\xce\xc1\xf5\"}}";
    for (status, content_type, answer, name, attempts) in [
        (200, "application/json", Vec::new(), "empty_answer", 1),
        (200, "text/html", b"<!doctype html><p>x".to_vec(), "html_answer", 1),
        (200, "application/xml", b"<?xml version='1.0'?><a/>".to_vec(), "xml_answer", 1),
        (200, "application/json", half.into_bytes(), "cut_off", 1),
        (200, "application/json", euc_kr.to_vec(), "not_utf8", 1),
        (200, "application/json", b"[]".to_vec(), "malformed", 1),
        (200, "application/json", vec![b' '; 9 * 1024 * 1024], "too_large", 1),
        (200, "application/json", whole_page().into_bytes(), "wrong_rows", 1),
        (302, "text/plain", b"elsewhere".to_vec(), "unexpected_status", 1),
        (404, "text/plain", Vec::new(), "unexpected_status", 1),
        (429, "text/plain", Vec::new(), "unexpected_status", 1),
        (500, "text/plain", Vec::new(), "server_error", 4),
        (503, "application/json", whole_page().into_bytes(), "server_error", 4),
    ] {
        // Among the first rows as in the middle.
        for start in [1, 1001] {
            let answer = answer.clone();
            let outcome = outcome(start, move |_| body(status, content_type, answer.clone())).await;
            assert_eq!(outcome, (name.to_owned(), attempts), "{status} from {start}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_is_tried_again_and_then_named() {
    let broken = |_| {
        let parts = [Ok(Bytes::from_static(b"{")), Err(ErrorBadGateway("broken"))];
        HttpResponse::Ok().streaming(stream::iter(parts))
    };
    assert_eq!(outcome(1001, broken).await, ("unreachable".to_owned(), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_costs_nothing_but_time() {
    let rows = many_rows(2100);
    let source = Scripted::start(move |asked| match asked.before {
        0 => body(500, "text/plain", ""),
        1 => body(200, "application/json", r#"{"result":{"code":"ERROR-600"}}"#),
        _ => page(&rows, asked),
    });
    let imports = Imports::new(database_with(&[]).await, &source.url);
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.status, run.tally.inserted), (RunStatus::Done, 2100));
    assert_eq!(source.asked().len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rows_never_means_delete_everything() {
    for answer in [
        r#"{"result":{"code":"INFO-200","message":"해당하는 데이터가 없습니다."}}"#.to_owned(),
        format!(r#"{{"{GRID}":{{"totalCnt":0,"result":{{"code":"INFO-000"}},"row":[]}}}}"#),
    ] {
        for start in [1, 1001] {
            let answer = answer.clone();
            let outcome =
                outcome(start, move |_| body(200, "application/json", answer.clone())).await;
            assert_eq!(outcome, ("no_rows".to_owned(), 1));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changes_while_it_is_read_is_noticed() {
    let grown = many_rows(2101);
    let outcome = outcome(1001, move |asked| page(&grown, asked)).await;
    assert_eq!(outcome, ("source_changed".to_owned(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_error_ends_under_its_name_in_each_of_its_shapes() {
    let Some(items) = real_data() else { return };
    let file = std::fs::read_to_string(items.with_file_name("mafra-errors.json")).unwrap();
    let errors: Vec<Value> = serde_json::from_str(&file).unwrap();
    assert_eq!(errors.len(), 15);
    for error in &errors {
        let code = error["code"].as_str().unwrap();
        let (name, attempts) = match code {
            "INFO-100" => ("invalid_key", 1),
            "INFO-200" => ("no_rows", 1),
            "INFO-300" => ("quota_spent", 1),
            "ERROR-500" | "ERROR-600" | "ERROR-601" => ("source_in_trouble", 4),
            _ => ("request_refused", 1),
        };
        let xml =
            format!("<?xml version=\"1.0\"?><{GRID}><result><code>{code}</code></result></{GRID}>");
        let shapes = [
            error["body"].as_str().unwrap().to_owned(),
            error["body_alternative_shape"].as_str().unwrap().to_owned(),
            xml,
        ];
        for shape in shapes {
            let outcome =
                outcome(1001, move |_| body(200, "application/json;charset=UTF-8", shape.clone()))
                    .await;
            assert_eq!(outcome, (name.to_owned(), attempts), "{code}");
        }
    }
}
