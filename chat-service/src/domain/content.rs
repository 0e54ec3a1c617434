//! What somebody says.

use chassis::text::Invalid;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// How many characters a message may have.
pub const MAX_CHARS: usize = 2000;

/// The text of a message: in Unicode's composed form (NFC), with `\n` between lines, without
/// blanks around it, and with something to see in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content(Box<str>);

impl Content {
    /// Reads what somebody wants to say.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Composing can make a text shorter, but never to a quarter of its characters.
        if text.chars().nth(4 * MAX_CHARS).is_some() {
            return Err(TOO_LONG);
        }
        let text = text.trim();
        let content: Box<str> = if is_nfc(text) && !text.contains('\r') {
            text.into()
        } else {
            text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect::<String>().into()
        };
        if content.chars().all(is_unseen) {
            return Err(Invalid::new(
                "required",
                "메시지를 입력해 주세요",
                "A message has something to read in it",
            ));
        }
        if content.chars().nth(MAX_CHARS).is_some() {
            return Err(TOO_LONG);
        }
        if content.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(Invalid::new(
                "invalid_characters",
                "제어 문자는 보낼 수 없습니다",
                "A message has no control characters but line breaks and tabs",
            ));
        }
        Ok(Self(content))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const TOO_LONG: Invalid = Invalid::new(
    "too_long",
    "메시지는 2,000자까지 보낼 수 있습니다",
    "A message has at most 2,000 characters",
);

/// Whether a reader sees nothing of the character.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Content, MAX_CHARS};

    #[test]
    fn d28_length_is_counted_in_characters() {
        assert!(Content::parse(&"가".repeat(MAX_CHARS)).is_ok());
        assert_eq!(Content::parse(&"가".repeat(MAX_CHARS + 1)).unwrap_err().code, "too_long");
        assert_eq!(Content::parse(&"a".repeat(1_000_000)).unwrap_err().code, "too_long");
    }

    #[test]
    fn what_cannot_be_seen_is_nothing() {
        for text in ["", "   ", "\n\t\n", "\u{200b}\u{200b}", "\u{3164}"] {
            assert_eq!(Content::parse(text).unwrap_err().code, "required", "{text:?}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for text in ["a\0", "a\u{7}b", "a\u{1b}[31mb", "a\u{85}b"] {
            assert_eq!(Content::parse(text).unwrap_err().code, "invalid_characters", "{text:?}");
        }
    }

    #[test]
    fn the_same_text_is_stored_alike() {
        let content = |text| Content::parse(text).unwrap().as_str().to_owned();
        assert_eq!(content(" 사과 \n"), "사과");
        assert_eq!(content("\u{1109}\u{1161}\u{1100}\u{116a}"), "사과");
        assert_eq!(content("a\r\nb\rc\n\td"), "a\nb\nc\n\td");
        assert_eq!(content("👨\u{200d}👩\u{200d}👧"), "👨\u{200d}👩\u{200d}👧");
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_as_it_is(text in "\\PC{0,40}") {
            if let Ok(content) = Content::parse(&text) {
                prop_assert_eq!(&Content::parse(content.as_str()).unwrap(), &content);
            }
        }
    }
}
