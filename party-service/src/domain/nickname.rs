//! The name others see.

mod reserved;

use chassis::text::Invalid;
use unicode_normalization::UnicodeNormalization as _;

/// How many characters a nickname may have.
const CHARS: std::ops::RangeInclusive<usize> = 2..=20;

/// A nickname in Unicode's composed form (NFC), so that what looks equal is equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname(String);

impl Nickname {
    /// Reads a nickname.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let nickname: String = words.join(" ").nfc().collect();
        if !CHARS.contains(&nickname.chars().count()) {
            return Err(Invalid::new(
                "invalid_length",
                "닉네임은 2~20자여야 합니다",
                "A nickname has 2 to 20 characters",
            ));
        }
        if nickname.chars().any(is_unseen) {
            return Err(Invalid::new(
                "invalid_characters",
                "보이지 않는 문자는 닉네임에 쓸 수 없습니다",
                "A nickname has no invisible characters",
            ));
        }
        if reserved::is_reserved(&nickname) {
            return Err(Invalid::new(
                "reserved",
                "운영자로 오해할 수 있는 닉네임은 쓸 수 없습니다",
                "This nickname could be taken for the platform's own",
            ));
        }
        Ok(Self(nickname))
    }

    /// The nickname as it was stored.
    pub(crate) const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The nickname.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a reader sees nothing of the character, or something else moved by it: with these one
/// could write another person's name, or none at all.
fn is_unseen(c: char) -> bool {
    let is_other_space = c.is_whitespace() && c != ' ';
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    // Drawn as blanks.
    let is_filler = matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    c.is_control() || is_other_space || is_format || is_filler
}

#[cfg(test)]
mod tests {
    use super::Nickname;

    #[test]
    fn what_looks_equal_is_equal() {
        let decomposed = Nickname::parse("\u{1112}\u{1161}\u{11ab}강").unwrap();
        assert_eq!(decomposed, Nickname::parse(" 한강 ").unwrap());
        let spaced = Nickname::parse("  한  강 ").unwrap();
        assert_eq!(spaced.as_str(), "한 강");
        assert_eq!(decomposed.as_str(), "한강");
    }

    #[test]
    fn d08_a_nickname_has_2_to_20_characters_not_bytes() {
        for good in ["가나", "마포구 사과장수", "o_O", &"가".repeat(20), "🍎🍐"] {
            assert!(Nickname::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "가", " 가 ", &"가".repeat(21), &"a".repeat(100_000)] {
            assert_eq!(Nickname::parse(bad).unwrap_err().code, "invalid_length", "{bad:.30}");
        }
    }

    #[test]
    fn d08_a_nickname_can_be_seen() {
        for bad in [
            "가\0나",
            "가\n나",
            "가\t나",
            "\u{3164}\u{3164}",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{a0}b",
        ] {
            assert_eq!(Nickname::parse(bad).unwrap_err().code, "invalid_characters", "{bad:?}");
        }
    }
}
