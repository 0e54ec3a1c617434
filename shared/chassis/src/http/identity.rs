//! Who is asking, as an argument of a handler: a handler that takes [`SignedIn`] cannot forget to
//! check.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpRequest, dev, web};

use super::error::{ApiError, codes};
use crate::identity::{Identity, TokenError, Verifier};

/// The person whose valid token came with the request.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub Identity);

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let verifier = request
                .app_data::<web::Data<Verifier>>()
                .ok_or_else(|| ApiError::internal("no verifier is set up"))?;
            let token =
                bearer_token(&request).ok_or_else(|| ApiError::new(&codes::UNAUTHENTICATED))?;
            Ok(Self(verifier.verify(token).await?))
        })
    }
}

/// Whoever asks, signed in or not: for what everyone may read. A token that comes along must be a
/// good one all the same: a client that believes to be signed in learns that it is not.
#[derive(Clone, Copy, Debug)]
pub struct MaybeSignedIn(pub Option<Identity>);

impl FromRequest for MaybeSignedIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        if !request.headers().contains_key(AUTHORIZATION) {
            return Box::pin(async { Ok(Self(None)) });
        }
        let identity = SignedIn::from_request(request, payload);
        Box::pin(async move { Ok(Self(Some(identity.await?.0))) })
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750, 2.1). Two headers are none.
#[must_use]
pub fn bearer_token(request: &HttpRequest) -> Option<&str> {
    bearer_token_in(request.headers())
}

/// The same, of the headers of any request.
#[must_use]
pub fn bearer_token_in(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Self::new(&codes::UNAUTHENTICATED),
            TokenError::Expired => Self::new(&codes::TOKEN_EXPIRED),
            TokenError::Revoked => Self::new(&codes::SESSION_REVOKED),
            TokenError::KeysUnavailable(_) => Self::unavailable(error),
        }
    }
}
