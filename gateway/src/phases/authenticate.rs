//! Second phase: who asks.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use chassis::http::identity::bearer_token;
use chassis::identity::{Identity, Role, Verifier};

use crate::config::Auth;
use crate::error::GatewayError;

/// The person whose token came with the request. A token that came must be valid, whether or not
/// the route wants one: whoever signed in and was signed out learns it everywhere.
pub(super) async fn check(
    verifier: &Verifier,
    auth: Auth,
    request: &HttpRequest,
) -> Result<Option<Identity>, GatewayError> {
    if auth == Auth::Optional && !request.headers().contains_key(AUTHORIZATION) {
        return Ok(None);
    }
    let token = bearer_token(request).ok_or(GatewayError::NoToken)?;
    let identity = verifier.verify(token).await?;
    if auth == Auth::Admin && identity.role != Role::Admin {
        return Err(GatewayError::NotAdmin);
    }
    Ok(Some(identity))
}
