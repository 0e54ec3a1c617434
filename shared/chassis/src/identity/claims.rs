//! What an access token says.

use chrono::{DateTime, Utc};
use contracts::{SessionId, UserId};
use serde::{Deserialize, Serialize};

/// What a person may do beyond their own things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anyone who signed up.
    User,
    /// Runs the platform. Granted on the command line only.
    Admin,
}

/// The claims of an access token (RFC 7519, RFC 9068).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// Whose it is.
    pub sub: UserId,
    /// From which sign-in it comes.
    pub sid: SessionId,
    /// What its owner may do.
    pub role: Role,
    /// Seconds since 1970 when it was issued.
    pub iat: i64,
    /// Seconds since 1970 before which it is not valid.
    pub nbf: i64,
    /// Seconds since 1970 from which it is no longer valid.
    pub exp: i64,
}

/// A person who has shown a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub user_id: UserId,
    /// With which sign-in.
    pub session_id: SessionId,
    /// What they may do.
    pub role: Role,
    /// Until when the token is valid.
    pub expires_at: DateTime<Utc>,
}
