//! The names of categories, items and varieties.

use std::fmt;

use chassis::text::Invalid;
use unicode_normalization::UnicodeNormalization as _;

/// A name as it is published, tidied: NFC, no space around it, single spaces inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 100;

    /// Tidies a name and checks it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let tidy: String = words.join(" ").nfc().collect();
        if tidy.is_empty() {
            return Err(Invalid::new("missing", "이름이 없습니다", "there is no name"));
        }
        if tidy.chars().count() > Self::MAX_CHARS {
            return Err(Invalid::new(
                "too_long",
                "100자 이하여야 합니다",
                "must have at most 100 characters",
            ));
        }
        if tidy.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err(Invalid::new(
                "unreadable",
                "읽을 수 없는 문자가 있습니다",
                "has characters that cannot be read",
            ));
        }
        Ok(Self(tidy.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_are_tidied() {
        for (published, tidy) in
            [("  기타  젖소\u{3000}", "기타 젖소"), ("사과\n", "사과"), ("\u{1109}\u{1161}", "사")]
        {
            assert_eq!(Name::parse(published).unwrap().as_str(), tidy);
        }
    }

    #[test]
    fn what_nobody_can_read_is_refused() {
        for bad in ["", " \u{3000}\t", "사\u{fffd}", "사\u{0}과", &"가".repeat(101)] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Name::parse(&"가".repeat(100)).is_ok());
    }
}
