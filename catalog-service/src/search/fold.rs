//! The plainest form of a text: what is written differently and means the same becomes the same.

use unicode_normalization::UnicodeNormalization as _;

use super::hangul;
use super::letter::Letter;

/// Folds a text into its letters: composed (NFKC, so full-width forms become plain ones), lower
/// case, without space and the marks that only separate. Any other sign is a letter like all
/// others: `%` finds a name with `%` in it.
pub(super) fn fold(text: &str) -> Vec<Letter> {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !separates(*c))
        .flat_map(hangul::loose_jamo)
        .map(Letter::from)
        .collect()
}

/// Whether a character only keeps others apart, or does not show at all.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ',' | '.' | '/' | '-' | '~' | '\'' | '"')
        || matches!(c, '·' | '∙' | '・' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn the_same_word_folds_alike() {
        for (written, folded) in [
            ("사과", "사과"),
            ("\u{1109}\u{1161}\u{1100}\u{116a}", "사과"),
            (" 사\u{3000}과\t", "사과"),
            ("ＯＢＩＲ", "obir"),
            ("사과 (후지)", "사과후지"),
            ("합판.보드류", "합판보드류"),
            ("ㅅㄱ", "ㅅㄱ"),
            ("ﾡﾤ", "ㄱㄴ"),
            ("ㅅㅏㄱㅗㅏ", "사고ㅏ"),
            ("ㄳ", "ㄱㅅ"),
            ("사ㄱ", "사ㄱ"),
            ("1%_#", "1%_#"),
            ("()", ""),
        ] {
            let letters: String = fold(written).iter().map(|letter| letter.whole).collect();
            assert_eq!(letters, folded, "{written}");
        }
    }
}
