//! The page that every problem document points to: what each error code means.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chassis::http::{Code, error};
use chassis::text::Locale;
use serde::Deserialize;
use serde_json::Value;

use super::Part;
use crate::error::codes;

/// The member of a service's document that lists its codes.
const EXTENSION: &str = "x-problems";

/// One code, as a service publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Entry {
    code: String,
    status: u16,
    ko: String,
    en: String,
}

impl From<&Code> for Entry {
    fn from(code: &Code) -> Self {
        Self {
            code: code.name.to_owned(),
            status: code.status.as_u16(),
            ko: code.title.in_locale(Locale::Ko).into_owned(),
            en: code.title.in_locale(Locale::En).into_owned(),
        }
    }
}

/// The page, for the codes that all have, those of the gateway, and those that services publish.
pub(super) fn page(parts: &[Part]) -> String {
    let ours = error::codes::ALL.iter().chain(codes::ALL).map(|code| Entry::from(*code));
    let published = parts.iter().filter_map(|part| part.document.get(EXTENSION)).flat_map(entries);
    let mut all: BTreeMap<String, Entry> = BTreeMap::new();
    for entry in ours.chain(published) {
        all.entry(entry.code.clone()).or_insert(entry);
    }
    let mut rows = String::new();
    for Entry { code, status, ko, en } in all.values() {
        let (code, ko, en) = (escape(code), escape(ko), escape(en));
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "<tr id=\"{code}\"><td><a href=\"#{code}\"><code>{code}</code></a></td>\
             <td>{status}</td><td lang=\"ko\">{ko}</td><td lang=\"en\">{en}</td></tr>"
        );
    }
    include_str!("problems.html").replace("{rows}", &rows)
}

/// What cannot be read is left out: the page is for people, and the rest of it helps them.
fn entries(published: &Value) -> Vec<Entry> {
    let list = published.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|entry| Entry::deserialize(entry).ok()).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Part, page};

    #[test]
    fn every_code_has_its_anchor() {
        let document = json!({ "x-problems": [
            { "code": "party_full", "status": 409, "ko": "자리가 없습니다", "en": "No <b>share</b> is left" },
            "not an entry",
        ]});
        let page = page(&[Part { upstream: "party".into(), document }]);
        for code in ["not_found", "bad_gateway", "party_full"] {
            assert!(page.contains(&format!("id=\"{code}\"")), "{code}");
        }
        assert!(page.contains("자리가 없습니다") && page.contains("No &lt;b&gt;share"));
    }
}
