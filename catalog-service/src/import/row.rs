//! One row as it is published, and what is wrong with it.

use std::fmt;

use chassis::text::Invalid;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::domain::{Code, Coded, Item, Name};

/// One row of the table of standard codes, as it is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct RawRow {
    /// 부류 code.
    pub category_code: String,
    /// 부류 name.
    pub category_name: String,
    /// 품목 code.
    pub item_code: String,
    /// 품목 name.
    pub item_name: String,
    /// 품종 code; where it is missing the names stand for it.
    pub variety_code: String,
    /// 품종 name.
    pub variety_name: String,
}

impl RawRow {
    /// Reads the row as an item; tells the first column that cannot be read.
    pub fn parse(&self) -> Result<Item, (&'static str, Invalid)> {
        let code = |column, text: &str| Code::parse(text.trim()).map_err(|e| (column, e));
        let name = |column, text: &str| Name::parse(text).map_err(|e| (column, e));
        let category = Coded {
            code: code("category_code", &self.category_code)?,
            name: name("category_name", &self.category_name)?,
        };
        let item = Coded {
            code: code("item_code", &self.item_code)?,
            name: name("item_name", &self.item_name)?,
        };
        let variety_name = name("variety_name", &self.variety_name)?;
        let variety_code = match self.variety_code.trim() {
            "" => code("variety_code", &code_of([&category.name, &item.name, &variety_name]))?,
            given => code("variety_code", given)?,
        };
        let variety = Coded { code: variety_code, name: variety_name };
        Ok(Item { category, item, variety })
    }

    /// The code of the row, even if the rest of it cannot be read.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        Code::parse(self.variety_code.trim()).ok()
    }
}

/// A code for a variety that has none: the same names always give the same one, and no published
/// code looks like it.
fn code_of(names: [&Name; 3]) -> String {
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_str());
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let number = hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    format!("NAME{:012X}", number >> 16)
}

impl fmt::Display for RawRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { category_code, category_name, item_code, item_name, variety_code, variety_name } =
            self;
        write!(
            f,
            "{category_code} | {category_name} | {item_code} | {item_name} | {variety_code} | {variety_name}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::RawRow;

    fn row(variety_code: &str, category: &str) -> RawRow {
        RawRow {
            category_code: "06".into(),
            category_name: category.into(),
            item_code: "0601".into(),
            item_name: " 사과 ".into(),
            variety_code: variety_code.into(),
            variety_name: "후지".into(),
        }
    }

    #[test]
    fn a_missing_code_is_made_of_the_names() {
        let code = |row: RawRow| row.parse().unwrap().code().to_string();
        assert_eq!(code(row(" 060103 ", "과실류")), "060103");
        let made = code(row("", "과실류"));
        assert_eq!(made, code(row("  ", " 과실류 ")));
        assert_ne!(made, code(row("", "과채류")), "equal names of other categories stay apart");
        assert!(made.len() <= 16 && made.starts_with("NAME"));
    }

    #[test]
    fn the_column_at_fault_is_named() {
        assert_eq!(row("0-6", "과실류").parse().unwrap_err().0, "variety_code");
        assert_eq!(row("060103", " ").parse().unwrap_err().0, "category_name");
        assert_eq!(row("060103", " ").code().unwrap().as_str(), "060103");
    }
}
