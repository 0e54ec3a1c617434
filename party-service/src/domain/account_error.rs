//! Why something about an account was refused.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ban::BanReason;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Someone has signed up with it.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Someone goes by it.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// No such account, or not its password; which of the two nobody learns.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// The password that is to be changed is another one.
    #[error("the current password is wrong")]
    WrongPassword,
    /// There were too many failures.
    #[error("too many failed attempts")]
    TooManyAttempts {
        /// How long to wait.
        wait: Duration,
    },
    /// The refresh token is unknown, used up, or its session is over.
    #[error("the refresh token is not good")]
    InvalidRefreshToken,
    /// An administrator keeps the person from it.
    #[error("banned")]
    Banned {
        /// Until when; for ever if it does not say.
        until: Option<DateTime<Utc>>,
        /// Why.
        reason: BanReason,
    },
    /// Nobody blocks themselves.
    #[error("nobody blocks themselves")]
    BlocksSelf,
    /// The person has blocked as many as one may.
    #[error("too many people are blocked")]
    TooManyBlocked,
    /// The account is gone.
    #[error("there is no such account")]
    NoSuchUser,
    /// No such session, or another person's.
    #[error("there is no such session")]
    NoSuchSession,
}
