//! Who reads the answer.

use std::future::{Ready, ready};

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest, dev};

use super::error::ApiError;
use crate::text::Locale;

/// The language of whoever reads the answer, for texts that are not errors.
#[derive(Clone, Copy, Debug)]
pub struct Reader(pub Locale);

impl FromRequest for Reader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let header = request.headers().get(ACCEPT_LANGUAGE);
        let wanted = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self(Locale::negotiate(wanted))))
    }
}
