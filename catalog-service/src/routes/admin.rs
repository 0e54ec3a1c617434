//! Who may look after imports.

use chassis::http::ApiError;
use chassis::http::error::codes;
use chassis::identity::{Identity, Role};

/// Refuses everyone but administrators.
pub(super) fn require_admin(identity: &Identity) -> Result<(), ApiError> {
    match identity.role {
        Role::Admin => Ok(()),
        Role::User => Err(ApiError::new(&codes::FORBIDDEN)),
    }
}
