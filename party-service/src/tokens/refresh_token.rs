//! What a client gets new tokens with, once.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The random bytes of a token: nobody guesses 256 bits.
const BYTES: usize = 32;

/// A refresh token: random bytes that mean nothing to anyone but us.
pub struct RefreshToken([u8; BYTES]);

/// What we keep of a refresh token. A plain hash is enough: there is nothing to guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefreshTokenHash([u8; BYTES]);

impl RefreshToken {
    /// A new token, from the generator of the operating system.
    pub fn generate() -> Result<Self, aws_lc_rs::error::Unspecified> {
        let mut bytes = [0; BYTES];
        aws_lc_rs::rand::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads a token as a client sends it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// The text a client keeps.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What we keep of it.
    #[must_use]
    pub fn hash(&self) -> RefreshTokenHash {
        RefreshTokenHash(Sha256::digest(self.0).into())
    }
}

impl RefreshTokenHash {
    /// The SHA-256 of the token's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Says nothing: whoever has it is signed in.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::RefreshToken;

    #[test]
    fn a_token_is_read_back() {
        let token = RefreshToken::generate().unwrap();
        let text = token.expose();
        assert!(RefreshToken::parse(&text).unwrap().hash() == token.hash());
        assert!(RefreshToken::generate().unwrap().expose() != text);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "A".repeat(44);
        for text in ["", "x", "not base64!", &long, &long[..42]] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }
}
