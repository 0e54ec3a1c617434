//! Text as it is compared when people search.

use unicode_normalization::UnicodeNormalization as _;

/// The text in Unicode NFC and lower case, without white space: `E 마트` and `e마트` are one.
///
/// NFC, because some systems type Hangul as separate letters.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spaces_case_and_composition_do_not_count() {
        assert_eq!(fold(" GS 더\u{3000}프레시\t"), "gs더프레시");
        assert_eq!(fold("\u{1106}\u{1161}\u{11BC}원"), "망원");
        assert_eq!(fold(" \n"), "");
    }
}
