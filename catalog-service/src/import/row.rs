//! One row as it is published, and what is wrong with it.

use std::fmt;

use chassis::text::{Invalid, Locale};
use serde::Deserialize;

use crate::domain::{Code, Coded, Item, Name};

/// One row of the table of standard codes, as it is published.
#[derive(Clone, Debug, Deserialize)]
pub struct RawRow {
    /// 부류 code.
    pub category_code: String,
    /// 부류 name.
    pub category_name: String,
    /// 품목 code.
    pub item_code: String,
    /// 품목 name.
    pub item_name: String,
    /// 품종 code.
    pub variety_code: String,
    /// 품종 name.
    pub variety_name: String,
}

/// Why a row was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where the row stands: its line in a file, from 1 on.
    pub line: u64,
    /// The column at fault; none if the row as a whole is.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub reason: Invalid,
}

impl RawRow {
    /// Reads the row as an item; tells the first column that cannot be read.
    pub fn parse(&self) -> Result<Item, (&'static str, Invalid)> {
        let code = |column, text: &str| Code::parse(text.trim()).map_err(|e| (column, e));
        let name = |column, text: &str| Name::parse(text).map_err(|e| (column, e));
        Ok(Item {
            category: Coded {
                code: code("category_code", &self.category_code)?,
                name: name("category_name", &self.category_name)?,
            },
            item: Coded {
                code: code("item_code", &self.item_code)?,
                name: name("item_name", &self.item_name)?,
            },
            variety: Coded {
                code: code("variety_code", &self.variety_code)?,
                name: name("variety_name", &self.variety_name)?,
            },
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(column) = self.column {
            write!(f, "{column} ")?;
        }
        f.write_str(&self.reason.text.in_locale(Locale::En))
    }
}
