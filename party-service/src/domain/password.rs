//! Passwords: what may become one, and what is kept of it.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use chassis::text::Invalid;
use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use super::email::Email;
use super::nickname::Nickname;

/// How many characters a password may have (NIST SP 800-63B, 5.1.1.2: at least 8, and room for
/// sentences).
const CHARS: std::ops::RangeInclusive<usize> = 8..=128;
/// A password of fewer different characters is as good as none.
const MIN_DIFFERENT_CHARS: usize = 4;

/// What is tried first: passwords of eight and more characters that many people have, one a line.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("password/common.txt").lines().collect());

/// A password as it was typed, in Unicode's composed form: the same keys give the same password on
/// every device (RFC 8265, 4.2).
#[derive(Clone, Debug)]
pub struct Password(SecretString);

impl Password {
    /// The password that someone types to sign in. It may be anything.
    #[must_use]
    pub fn typed(text: &SecretString) -> Self {
        Self(text.expose_secret().nfc().collect::<String>().into())
    }

    /// Accepts a password for an account: long enough, and not among the first to be guessed.
    pub fn choose(
        text: &SecretString,
        email: Option<&Email>,
        nickname: Option<&Nickname>,
    ) -> Result<Self, Invalid> {
        let password = Self::typed(text);
        let chosen = password.expose();
        if !CHARS.contains(&chosen.chars().count()) {
            return Err(Invalid::new(
                "invalid_length",
                "비밀번호는 8~128자여야 합니다",
                "A password has 8 to 128 characters",
            ));
        }
        let lower = chosen.to_lowercase();
        let email = email.map(Email::as_str).unwrap_or_default();
        let names = [
            email,
            email.split('@').next().unwrap_or_default(),
            &nickname.map(|name| name.as_str().to_lowercase()).unwrap_or_default(),
        ];
        if names.contains(&lower.as_str()) {
            return Err(Invalid::new(
                "same_as_name",
                "이메일이나 닉네임과 다른 비밀번호를 써 주세요",
                "The password must differ from the e-mail address and the nickname",
            ));
        }
        let different: HashSet<char> = lower.chars().collect();
        if different.len() < MIN_DIFFERENT_CHARS || COMMON.contains(lower.as_str()) {
            return Err(Invalid::new(
                "too_common",
                "너무 흔한 비밀번호입니다",
                "Too many people use this password",
            ));
        }
        Ok(password)
    }

    /// The characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What is kept of a password: an argon2id hash in PHC string format, salt and parameters included.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says nothing: a hash can be attacked at leisure.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<&'static str> {
        let email = Email::parse("kim.chulsoo@example.com").unwrap();
        let nickname = Nickname::parse("Chulsoo Kim").unwrap();
        Password::choose(&text.into(), Some(&email), Some(&nickname)).err().map(|e| e.code)
    }

    #[test]
    fn sentences_in_any_script_are_good() {
        for good in
            ["correct horse battery", "사과는 마포에서 사자", "x9!kQp2v", &"한글".repeat(32)]
        {
            assert_eq!(refusal(&format!("{good}Zq")), None, "{good}");
        }
    }

    #[test]
    fn the_first_guesses_are_refused() {
        for (bad, code) in [
            ("", "invalid_length"),
            ("short7!", "invalid_length"),
            (&"x9!k".repeat(33), "invalid_length"),
            ("password", "too_common"),
            ("PassWord123", "too_common"),
            ("qwer1234", "too_common"),
            ("aaaaaaaaaaaa", "too_common"),
            ("abababab", "too_common"),
            ("KIM.chulsoo@example.com", "same_as_name"),
            ("kim.chulsoo", "same_as_name"),
            ("chulsoo kim", "same_as_name"),
        ] {
            assert_eq!(refusal(bad), Some(code), "{bad:.30}");
        }
    }

    #[test]
    fn the_same_keys_are_the_same_password() {
        let composed = Password::typed(&"비밀번호입니다".into());
        let decomposed = Password::typed(&"비밀번호입니다".nfd().collect::<String>().into());
        assert_eq!(composed.expose(), decomposed.expose());
    }

    #[test]
    fn the_list_holds_only_what_length_lets_through() {
        for line in COMMON.iter() {
            assert!(CHARS.contains(&line.chars().count()), "{line}");
            assert_eq!(*line, line.to_lowercase());
        }
    }
}
