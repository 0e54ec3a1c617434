//! The schemas of a service's document have names, and one name is one schema: of two that share it
//! the document silently has the last.

use std::collections::BTreeSet;
use std::fs;

use super::root;

#[test]
fn no_two_types_of_a_service_have_one_name_in_its_document() {
    let mut twice = Vec::new();
    for service in ["party-service", "catalog-service", "chat-service", "notify-service"] {
        let mut names = BTreeSet::new();
        for file in super::files(vec![root().join(service).join("src")], &["rs"]) {
            let text = fs::read_to_string(&file).unwrap();
            // Each piece but the first begins right after `ToSchema` in a list of derives.
            for piece in text.split("ToSchema)]").skip(1) {
                let words: Vec<_> = piece.split_whitespace().take(60).collect();
                let at = words.iter().position(|word| ["struct", "enum"].contains(word));
                let name = words[at.unwrap() + 1].split(['<', '(', ';']).next().unwrap();
                if !names.insert(name.to_owned()) {
                    twice.push(format!("{service}: {name}"));
                }
            }
        }
        assert!(names.len() > 5, "{service} has {names:?}");
    }
    assert!(twice.is_empty(), "{twice:?}");
}
