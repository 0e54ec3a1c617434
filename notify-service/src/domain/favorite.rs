//! What can be starred.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The public code of an item: 1 to 16 ASCII letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemCode(String);

impl ItemCode {
    /// Reads a code; `None` if there can be no item with it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let possible =
            (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        possible.then(|| Self(text.to_owned()))
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ItemCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a code of an item")
    }
}

impl From<ItemCode> for String {
    fn from(code: ItemCode) -> Self {
        code.0
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ItemCode;

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for code in ["060103", "0604A1", "1"] {
            assert!(ItemCode::parse(code).is_some(), "{code}");
        }
        for code in ["", "06 01", "사과", "../x", "00000000000000000", "a/b", "%2f"] {
            assert_eq!(ItemCode::parse(code), None, "{code}");
        }
    }
}
