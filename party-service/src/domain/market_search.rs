//! What someone looks for among the markets.

use chassis::text::Invalid;

use super::fold::fold;
use super::geo::Coordinates;
use super::radius::Radius;

/// Part of a name or an address, folded; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The most characters.
    pub const MAX_CHARS: usize = 100;

    /// Accepts up to 100 characters; nothing but white space is `None`: nothing is looked for.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        let folded = fold(text);
        if folded.chars().count() > Self::MAX_CHARS {
            return Err(Invalid::new(
                "too_long",
                "100자를 넘을 수 없습니다",
                "must have at most 100 characters",
            ));
        }
        Ok(Some(folded).filter(|text| !text.is_empty()).map(Self))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place, and how far around it to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// The place.
    pub center: Coordinates,
    /// How far.
    pub radius: Radius,
}

#[cfg(test)]
mod tests {
    use super::SearchText;

    #[test]
    fn a_text_is_folded_and_bounded() {
        let parse = |text: &str| SearchText::parse(text).map(|found| found.map(|text| text.0));
        assert_eq!(parse(" E 마트"), Ok(Some("e마트".into())));
        assert_eq!(parse(" \t"), Ok(None));
        assert!(parse(&"가 ".repeat(100)).is_ok());
        assert_eq!(parse(&"가".repeat(101)).unwrap_err().code, "too_long");
    }
}
