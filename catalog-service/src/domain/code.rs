//! The public codes of categories, items and varieties.

use std::fmt;

use chassis::text::Invalid;

/// A public code such as `06`, `0601` or `0604A1`: 1 to 16 ASCII letters and digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(Box<str>);

impl Code {
    /// The longest code.
    pub const MAX_CHARS: usize = 16;

    /// Reads a code; nothing around it is forgiven.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new("missing", "코드가 없습니다", "there is no code"));
        }
        if text.len() > Self::MAX_CHARS || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Invalid::new(
                "invalid_code",
                "영문자와 숫자 1~16자여야 합니다",
                "must be 1 to 16 ASCII letters and digits",
            ));
        }
        Ok(Self(text.into()))
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn only_codes_are_codes() {
        for good in ["06", "0604A1", "a", &"9".repeat(16)] {
            assert_eq!(Code::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " 06", "06 ", "0-6", "０６", "가", "%", &"9".repeat(17)] {
            assert!(Code::parse(bad).is_err(), "{bad}");
        }
    }
}
