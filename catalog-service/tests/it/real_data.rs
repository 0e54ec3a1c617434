//! The real table of goods, where it is at hand.

use std::fs::File;

use catalog_service::catalogue::{Scope, Search};
use catalog_service::import::read_csv;
use catalog_service::search::Pattern;

use crate::helpers::{catalogue, database_with, import, real_data};

#[tokio::test(flavor = "multi_thread")]
async fn all_of_the_public_table_is_taken_and_found() {
    let Some(file) = real_data() else { return };
    let contents = read_csv(File::open(file).unwrap()).unwrap();
    assert_eq!(contents.refusals, []);
    assert_eq!(contents.items.len(), 13_692);

    let database = database_with(&contents.items).await;
    let again = import(&database.db(), &contents.items).await;
    assert_eq!((again.inserted, again.updated, again.unchanged), (0, 0, 13_692));

    let catalogue = catalogue(contents.items);
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
    ] {
        assert_eq!(first(query).as_deref(), Some(expected), "{query}");
    }
}
