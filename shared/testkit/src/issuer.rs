//! Tokens, good and bad.

use aws_lc_rs::signature::Ed25519KeyPair;
use chassis::config::IdentityConfig;
use chassis::identity::{Claims, Role};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{SessionId, UserId};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

/// Signs tokens as the party-service does.
pub struct TestIssuer {
    key: EncodingKey,
    kid: String,
}

impl TestIssuer {
    /// The `iss` and `aud` of the tokens.
    #[must_use]
    pub fn identity_config(jwks_url: impl Into<String>) -> IdentityConfig {
        IdentityConfig {
            issuer: "https://project509.example".into(),
            audience: "project509".into(),
            jwks_url: jwks_url.into(),
        }
    }

    /// An issuer with a new key.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Self {
        let key = Ed25519KeyPair::generate().expect("a key can be generated");
        let pkcs8 = key.to_pkcs8v1().expect("a key can be written");
        Self {
            key: EncodingKey::from_ed_der(pkcs8.as_ref()),
            kid: uuid::Uuid::now_v7().to_string(),
        }
    }

    /// What its JWKS says.
    #[must_use]
    pub fn jwks(&self) -> JwkSet {
        let mut jwk =
            Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).expect("a key has a public half");
        jwk.common.key_id = Some(self.kid.clone());
        JwkSet { keys: vec![jwk] }
    }

    /// The claims of a good token, for a test to spoil.
    #[must_use]
    pub fn claims(user_id: UserId, role: Role, now: DateTime<Utc>) -> Claims {
        let config = Self::identity_config("");
        Claims {
            iss: config.issuer,
            aud: config.audience,
            sub: user_id,
            sid: SessionId::new(),
            role,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + TimeDelta::minutes(10)).timestamp(),
        }
    }

    /// A good token.
    #[must_use]
    pub fn token(&self, user_id: UserId, role: Role, now: DateTime<Utc>) -> String {
        self.sign(&Self::claims(user_id, role, now))
    }

    /// Signs any claims.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        self.sign_with_header(&header, claims)
    }

    /// Signs any claims under any header.
    #[must_use]
    pub fn sign_with_header(&self, header: &Header, claims: &Claims) -> String {
        encode(header, claims, &self.key).expect("claims can be signed")
    }
}
