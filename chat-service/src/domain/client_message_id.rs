//! What a sender calls a message, so that sending it again does not make it two.

use chassis::text::Invalid;

/// The longest, in bytes.
const MAX_BYTES: usize = 64;

/// A name that a sender gave a message: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientMessageId(Box<str>);

impl ClientMessageId {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > MAX_BYTES || !visible {
            return Err(Invalid::new(
                "invalid_value",
                "공백 없는 ASCII 문자 1~64자여야 합니다",
                "must be 1 to 64 ASCII characters without spaces",
            ));
        }
        Ok(Self(text.into()))
    }

    /// The name as it was stored.
    pub(crate) fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ClientMessageId;

    #[test]
    fn names_are_short_and_visible() {
        let longest = "x".repeat(64);
        for good in ["1", "019b0000-0000-7000-8000-000000000001", "a/b:c", &longest] {
            assert_eq!(ClientMessageId::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a\n", "사과", &"x".repeat(65)] {
            assert!(ClientMessageId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
