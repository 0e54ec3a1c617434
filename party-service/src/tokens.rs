//! Tokens: what a signed-in person shows, and what they get the next one with.

mod issuer;
mod key_folder;
mod key_ring;
mod refresh_token;

pub use issuer::{AccessToken, Tokens};
pub use key_folder::{KeyError, KeyFolder, SigningKey};
pub use key_ring::KeyRing;
pub(crate) use key_ring::signing;
pub use refresh_token::{RefreshToken, RefreshTokenHash};
