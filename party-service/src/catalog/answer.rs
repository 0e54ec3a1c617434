//! What catalog-service says of an item, and what of it is believed.

use serde::Deserialize;

use super::RemoteError;
use crate::domain::party::Item;
use crate::domain::party_search::CatalogCode;

/// The longest name we keep, in characters.
const MAX_NAME_CHARS: usize = 200;

/// An item, as far as parties need it.
#[derive(Deserialize)]
pub(super) struct Answer {
    code: String,
    name: String,
    category: Category,
}

#[derive(Deserialize)]
struct Category {
    code: String,
}

impl Answer {
    /// Reads the answer to the question for `code`.
    pub(super) fn read(body: &[u8], code: &CatalogCode) -> Result<Item, RemoteError> {
        let answer: Self = serde_json::from_slice(body)
            .map_err(|_| RemoteError::Unreadable("not JSON of the documented form"))?;
        if answer.code != code.as_str() {
            return Err(RemoteError::Unreadable("another item than the one asked for"));
        }
        let name = answer.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
            return Err(RemoteError::Unreadable("a name of impossible length"));
        }
        let category = CatalogCode::parse(&answer.category.code)
            .map_err(|_| RemoteError::Unreadable("a category code that is none"))?;
        Ok(Item {
            code: answer.code,
            name: name.to_owned(),
            category_code: category.as_str().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Item, RemoteError> {
        Answer::read(json.as_bytes(), &CatalogCode::parse("060103").unwrap())
    }

    #[test]
    fn what_is_not_needed_is_not_read() {
        let json = r#"{"code":"060103","name":" 사과 (후지) ","category":{"code":"06","name":"과실류"},"item":1}"#;
        let item = read(json).unwrap();
        assert_eq!((item.name.as_str(), item.category_code.as_str()), ("사과 (후지)", "06"));
    }

    #[test]
    fn lies_are_not_believed() {
        let long = "가".repeat(201);
        for json in [
            "",
            "<html>",
            "null",
            "[]",
            r#"{"code":"060103","name":"사과"}"#,
            r#"{"code":"060104","name":"사과","category":{"code":"06"}}"#,
            r#"{"code":"060103","name":" ","category":{"code":"06"}}"#,
            r#"{"code":"060103","name":"사과","category":{"code":"과실"}}"#,
            &format!(r#"{{"code":"060103","name":"{long}","category":{{"code":"06"}}}}"#),
        ] {
            assert!(matches!(read(json), Err(RemoteError::Unreadable(_))), "{json}");
        }
    }
}
