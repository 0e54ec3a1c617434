//! Query strings and path parameters, refused in the common shape.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev, web};
use serde::de::DeserializeOwned;

use super::error::{ApiError, codes};
use super::fields::FieldErrors;
use crate::text::{Invalid, Text};

/// A query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(
            web::Query::<T>::from_query(request.query_string())
                .map(|query| Self(query.into_inner()))
                .map_err(|error| {
                    let text = Text::with(
                        format!("쿼리 문자열 오류: {error}"),
                        format!("Query string error: {error}"),
                    );
                    FieldErrors::one("query", Invalid::with("invalid_value", text))
                }),
        )
    }
}

/// Path parameters. A path that names no possible thing names no thing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(
            web::Path::<T>::from_request(request, payload)
                .into_inner()
                .map(|path| Self(path.into_inner()))
                .map_err(|_| ApiError::new(&codes::NOT_FOUND)),
        )
    }
}
