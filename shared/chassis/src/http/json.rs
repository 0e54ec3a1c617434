//! JSON bodies, and what is said about those that cannot be read.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev};
use serde::de::DeserializeOwned;

use super::error::{ApiError, codes};
use super::fields::FieldErrors;
use crate::text::{Invalid, Text};

/// The largest body of a request, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let bytes = read(request, payload);
        let request = request.clone();
        Box::pin(async move { parse(&request, &bytes.await?).map(Self) })
    }
}

/// Reads the body, up to the limit.
pub(super) fn read(
    request: &HttpRequest,
    payload: &mut dev::Payload,
) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    let bytes = Bytes::from_request(request, payload);
    async move {
        bytes.await.map_err(|error| match error.as_response_error().status_code() {
            status if status == codes::BODY_TOO_LARGE.status => {
                ApiError::new(&codes::BODY_TOO_LARGE)
            }
            _ => ApiError::new(&codes::MALFORMED_REQUEST),
        })
    }
}

/// Reads a JSON value; says which field is wrong if one is.
pub(super) fn parse<T: DeserializeOwned>(
    request: &HttpRequest,
    bytes: &[u8],
) -> Result<T, ApiError> {
    let is_json = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(ApiError::new(&codes::UNSUPPORTED_MEDIA_TYPE));
    }
    // A struct would also be read from an array, by position, which no document of ours promises.
    if bytes.trim_ascii_start().starts_with(b"[") {
        let reason = Invalid::new("invalid_value", "JSON 객체여야 합니다", "must be a JSON object");
        return Err(FieldErrors::one("", reason));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = pointer(error.path());
        explain(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| explain("", &error))?;
    Ok(value)
}

/// What is wrong: the JSON itself, or a value in it.
fn explain(path: &str, error: &serde_json::Error) -> ApiError {
    let detail = || Text::with(format!("JSON 오류: {error}"), format!("JSON error: {error}"));
    if error.is_data() {
        FieldErrors::one(path, Invalid::with("invalid_value", detail()))
    } else {
        ApiError::new(&codes::MALFORMED_REQUEST).detail(detail())
    }
}

/// A path as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}
