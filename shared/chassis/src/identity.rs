//! Who is asking: access tokens, the keys they are checked with, and the sessions that are over.

mod claims;
mod issuer;
mod keys;
mod revocation;
mod verifier;

pub use claims::{Claims, Identity, Role};
pub use issuer::{AskError, ISSUER_TIMEOUT, Issuer, NoIssuer, RevokedDocument};
pub use keys::{FetchError, Keys};
pub use revocation::{RevocationError, RevokedSession, RevokedSessions, announce, unannounced};
pub use verifier::{TokenError, Verifier};
