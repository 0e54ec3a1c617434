//! The real table of goods, where it is at hand.

use std::time::Duration;

use catalog_service::catalogue::{Scope, Search};
use catalog_service::domain::{Missing, RunStatus};
use catalog_service::search::Pattern;
use serde_json::Value;

use crate::helpers::{catalogue, database_with, real_data};
use crate::imports::Imports;
use crate::source::{KEY, stand_in};

#[tokio::test(flavor = "multi_thread")]
async fn all_of_the_public_table_is_taken_and_found() {
    let Some(file) = real_data() else { return };
    let source = stand_in(file.parent().unwrap(), Duration::ZERO, 0.0);
    let imports = Imports::new(database_with(&[]).await, &source);
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.status, run.tally.inserted, run.tally.refused), (RunStatus::Done, 13_692, 0));
    let again = imports.run(Missing::Deactivate).await;
    assert_eq!((again.tally.unchanged(), again.tally.has_changes()), (13_692, false));

    let catalogue = catalogue(imports.items().await);
    let first = |query: &str| {
        let pattern = Pattern::parse(query);
        let search = Search { pattern, scope: Scope::Sold, after: None, limit: 1 };
        catalogue.search(&search).items.first().map(|item| item.display_name())
    };
    for (query, expected) in [
        ("사과", "사과"),
        ("후지", "사과 (후지)"),
        ("후지 사과", "사과 (후지)"),
        ("바나나", "바나나"),
        ("ㅂㄴㄴ", "바나나"),
        ("파프리가", "파프리카"),
        ("삼겹", "돈육 (삼겹살)"),
        ("돼지고기 삼겹살", "돈육 (삼겹살)"),
        ("멜론", "메론"),
    ] {
        assert_eq!(first(query).as_deref(), Some(expected), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_answers_as_the_api_does() {
    let Some(items) = real_data() else { return };
    let source = stand_in(items.parent().unwrap(), Duration::ZERO, 0.0);
    let http = chassis::http::client::build(Duration::from_secs(10)).unwrap();
    let ask = async |format: &str, rows: &str| {
        let grid = catalog_service::import::mafra::GRID;
        let url = format!("{source}/{KEY}/{format}/{grid}/{rows}");
        http.get(url).send().await.unwrap().text().await.unwrap()
    };
    for (rows, file) in [
        ("1/5", "mafra-page-1-5.json"),
        ("1/1000", "mafra-page-1-1000.json"),
        ("13001/14000", "mafra-page-13001-14000.json"),
    ] {
        let published = std::fs::read_to_string(items.with_file_name(file)).unwrap();
        let published: Value = serde_json::from_str(&published).unwrap();
        let answer: Value = serde_json::from_str(&ask("json", rows).await).unwrap();
        assert_eq!(answer, published, "{file}");
    }
    let published = std::fs::read_to_string(items.with_file_name("mafra-page-1-5.xml")).unwrap();
    assert_eq!(ask("xml", "1/5").await.trim_end(), published.trim_end());
}
