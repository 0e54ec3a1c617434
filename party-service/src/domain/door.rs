//! Where attempts to sign in are counted.

use contracts::UserId;
use sha2::{Digest as _, Sha256};

use super::email::Email;
use super::origin::Origin;

/// A door that attempts are counted at, known by a hash: what people type in wrongly is nothing to
/// keep in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door([u8; 32]);

impl Door {
    /// An account, for those who come from where its owner has never been; it need not exist.
    #[must_use]
    pub fn account(email: &Email) -> Self {
        Self::of("account", &[email.as_str()])
    }

    /// An account, for those who come from where its owner has signed in before. It has its own
    /// count, so that strangers who fail elsewhere cannot lock the owner out.
    #[must_use]
    pub fn account_from(email: &Email, origin: Origin) -> Self {
        Self::account_from_stored(email, &origin.to_string())
    }

    /// The same, for the text of an origin, as sessions keep it.
    #[must_use]
    pub fn account_from_stored(email: &Email, origin: &str) -> Self {
        Self::of("account-from", &[email.as_str(), origin])
    }

    /// All accounts, for those who come from one place.
    #[must_use]
    pub fn origin(origin: Origin) -> Self {
        Self::of("origin", &[&origin.to_string()])
    }

    /// The current password asked of someone who is signed in.
    #[must_use]
    pub fn password_of(user: UserId) -> Self {
        Self::of("password", &[&user.to_string()])
    }

    /// The bytes that stand for it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn of(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(kind);
        for part in parts {
            // No part can contain it.
            hash.update([0]);
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}
