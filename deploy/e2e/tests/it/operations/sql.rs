//! SQL is what `MariaDB` 10.11 and `MySQL` 8 both understand.
//!
//! CI runs the suite on both; this says sooner, and by name, what only one of them takes.

use std::fs;
use std::path::PathBuf;

use super::root;

/// What one of them lacks or takes in another sense, in lower case.
const FOREIGN: [(&str, &str); 20] = [
    (" returning ", "MySQL has none: ids are made in Rust"),
    ("for update of ", "MariaDB has none"),
    (" for share\"", "MariaDB says LOCK IN SHARE MODE, which MySQL understands"),
    (".for_share()", "MariaDB says LOCK IN SHARE MODE, which MySQL understands"),
    ("lateral (", "MariaDB has none"),
    ("any_value(", "MariaDB 10.11 has none"),
    ("values row(", "MariaDB has none"),
    ("uuid_to_bin(", "MariaDB has none"),
    ("bin_to_uuid(", "MariaDB has none"),
    ("json_objectagg(", "MariaDB has it since 10.5 with another order"),
    ("json_table(", "the two differ in what an error is"),
    ("create sequence", "MySQL has none"),
    (" from seq_1_to_", "MySQL has no numbers of MariaDB's"),
    ("add column if not exists", "MySQL has none"),
    ("create index if not exists", "MySQL has none"),
    ("create or replace table", "MySQL has none"),
    (" as new on duplicate key", "MariaDB has none: VALUES(column)"),
    ("spatial index", "the two differ in the order of coordinates"),
    ("utf8mb4_0900", "MariaDB has none: utf8mb4_unicode_520_ci"),
    ("utf8mb4_uca1400", "MySQL has none: utf8mb4_unicode_520_ci"),
];

#[test]
fn no_statement_is_for_one_server_alone() {
    let files = files();
    let migrations = files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "sql"));
    assert!(migrations.count() > 40 && files.len() > 500, "only {} files were found", files.len());
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap().to_lowercase();
        // A statement over several lines reads like one over one.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let here = FOREIGN.iter().filter(|(words, _)| text.contains(words));
        found.extend(here.map(|(words, why)| format!("{}: {words:?}: {why}", file.display())));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Migrations and Rust sources of whatever speaks to the database.
fn files() -> Vec<PathBuf> {
    let parts =
        ["party-service", "catalog-service", "chat-service", "notify-service", "shared/chassis"];
    let folders = parts
        .iter()
        .flat_map(|part| {
            ["src", "tests", "migrations"].map(|folder| root().join(part).join(folder))
        })
        .filter(|folder| folder.exists())
        .collect();
    super::files(folders, &["sql", "rs"])
}
