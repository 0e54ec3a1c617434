//! The shape of every error answer: RFC 9457 problem details with a stable code.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of [`Problem`].
pub const CONTENT_TYPE: &str = "application/problem+json";

/// An error answer (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained, as a relative reference.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#party_full")]
    pub kind: Cow<'static, str>,
    /// What happened, in the reader's language; the same for every answer with this code.
    pub title: Cow<'static, str>,
    /// The HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// What is particular about this occurrence, in the reader's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Cow<'static, str>>,
    /// What programs switch on: `snake_case`, never renamed.
    #[schema(example = "party_full")]
    pub code: Cow<'static, str>,
    /// The trace of this request, to name when reporting the problem.
    pub trace_id: String,
    /// The fields that were refused, each with its reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One refused field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where it stands: a JSON Pointer (RFC 6901) into the body, or the name of a parameter.
    #[schema(example = "/total_shares")]
    pub pointer: String,
    /// What programs switch on.
    #[schema(example = "out_of_range")]
    pub code: Cow<'static, str>,
    /// The reason, in the reader's language.
    pub detail: Cow<'static, str>,
}
