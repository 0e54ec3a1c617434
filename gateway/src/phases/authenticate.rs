//! Second phase: who asks.

use chassis::identity::{Identity, Role, Verifier};

use crate::config::Auth;
use crate::credentials::Credentials;
use crate::error::GatewayError;

/// The person whose token came with the request. A token that came must be valid, whether or not
/// the route wants one: whoever signed in and was signed out learns it everywhere.
pub(super) async fn check(
    verifier: &Verifier,
    auth: Auth,
    credentials: Credentials<'_>,
) -> Result<Option<Identity>, GatewayError> {
    let token = match credentials {
        Credentials::Header(token) | Credentials::Query(token) => token,
        Credentials::None if auth == Auth::Optional => return Ok(None),
        Credentials::None => return Err(GatewayError::NoToken),
    };
    let identity = match verifier.recall(token) {
        Some(known) => known?,
        // Seldom, and large.
        None => Box::pin(verifier.verify(token)).await?,
    };
    if auth == Auth::Admin && identity.role != Role::Admin {
        return Err(GatewayError::NotAdmin);
    }
    Ok(Some(identity))
}
