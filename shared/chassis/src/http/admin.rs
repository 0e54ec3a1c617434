//! Whoever runs the platform, as an argument of a handler.

use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev};

use super::SignedIn;
use super::error::{ApiError, codes};
use crate::identity::{Identity, Role};

/// An administrator whose valid token came with the request. Everyone else is refused before the
/// body is read.
#[derive(Clone, Copy, Debug)]
pub struct Admin(pub Identity);

impl FromRequest for Admin {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let identity = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let SignedIn(identity) = identity.await?;
            match identity.role {
                Role::Admin => Ok(Self(identity)),
                Role::User => Err(ApiError::new(&codes::FORBIDDEN)),
            }
        })
    }
}
