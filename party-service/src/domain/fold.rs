//! Text as it is compared when people search.

use unicode_normalization::UnicodeNormalization as _;

/// The text in Unicode NFC and lower case, without white space: `E 마트` and `e마트` are one.
///
/// NFC, because some systems type Hangul as separate letters. A text in NFC never gets longer by
/// it: of the one letter with a lower case of two, the dotted capital I, the dot is left out.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfc().filter(|c| !c.is_whitespace()).filter_map(|c| c.to_lowercase().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_case_and_composition_do_not_count() {
        assert_eq!(fold(" GS 더\u{3000}프레시\t"), "gs더프레시");
        assert_eq!(fold("\u{1106}\u{1161}\u{11BC}원"), "망원");
        assert_eq!(fold(" \n"), "");
    }

    #[test]
    fn no_letter_becomes_two() {
        let longer = |c: &char| fold(&c.to_string()).chars().count() > c.to_string().nfc().count();
        assert_eq!(('\0'..=char::MAX).find(longer), None);
        assert_eq!(fold("İ"), "i");
    }
}
