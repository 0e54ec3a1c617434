//! Errors as clients see them: a code from a registry, and what is particular about this one.
//!
//! A handler returns an [`ApiError`]. It becomes a response without a body that carries the error
//! along; the middleware in [`wrap`](super::wrap) writes the problem document, because only it
//! knows the reader's language and the trace.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use contracts::problem::{self, Problem};

use super::fields::FieldProblem;
use crate::db::{DbError, Retryable};
use crate::text::{Locale, Text};

/// One entry of a registry: what programs switch on, the status, and what it means to a person.
#[derive(Debug)]
pub struct Code {
    /// `snake_case`, never renamed.
    pub name: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// What happened.
    pub title: Text,
}

/// Declares a registry of error codes: `NAME = STATUS, "ko", "en";`. The wire name is the constant
/// in lower case.
#[macro_export]
macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $wire:literal, $ko:literal, $en:literal;)*) => {
        $(
            $(#[$doc])*
            #[doc = concat!("`", $wire, "`: ", $en)]
            pub static $name: $crate::http::Code = $crate::http::Code {
                name: $wire,
                status: $crate::http::error::Status::$status,
                title: $crate::text::Text::new($ko, $en),
            };
        )*
        /// Every code of this registry, for the documentation.
        pub static ALL: &[&$crate::http::Code] = &[$(&$name),*];
    };
}

/// The statuses that [`error_codes!`](crate::error_codes) names.
pub use actix_web::http::StatusCode as Status;

/// The codes that any service may answer with.
pub mod codes {
    crate::error_codes! {
        MALFORMED_REQUEST = BAD_REQUEST, "malformed_request", "요청을 읽을 수 없습니다", "The request cannot be read";
        UNAUTHENTICATED = UNAUTHORIZED, "unauthenticated", "로그인이 필요합니다", "Sign in first";
        TOKEN_EXPIRED = UNAUTHORIZED, "token_expired", "로그인이 만료되었습니다", "The access token has expired";
        SESSION_REVOKED = UNAUTHORIZED, "session_revoked", "로그아웃된 세션입니다", "This session is over";
        FORBIDDEN = FORBIDDEN, "forbidden", "권한이 없습니다", "You may not do that";
        NOT_FOUND = NOT_FOUND, "not_found", "찾을 수 없습니다", "There is no such thing";
        METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method_not_allowed", "지원하지 않는 메서드입니다", "This address does not take that method";
        BODY_TOO_LARGE = PAYLOAD_TOO_LARGE, "body_too_large", "요청 본문이 너무 큽니다", "The body is too large";
        UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "JSON 형식의 본문이 필요합니다", "The body must be JSON";
        VALIDATION_FAILED = UNPROCESSABLE_ENTITY, "validation_failed", "입력값을 확인해 주세요", "Some of the values cannot be accepted";
        IDEMPOTENCY_KEY_REUSED = UNPROCESSABLE_ENTITY, "idempotency_key_reused", "같은 Idempotency-Key로 다른 요청이 이미 처리되었습니다", "This Idempotency-Key was used for another request";
        REQUEST_IN_FLIGHT = CONFLICT, "request_in_flight", "같은 요청을 처리하고 있습니다", "The same request is still being worked on";
        TOO_MANY_REQUESTS = TOO_MANY_REQUESTS, "too_many_requests", "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요", "Too many requests; try again later";
        INTERNAL = INTERNAL_SERVER_ERROR, "internal", "서버에 문제가 생겼습니다", "Something went wrong on our side";
        UNAVAILABLE = SERVICE_UNAVAILABLE, "unavailable", "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요", "Not available for the moment; try again shortly";
    }
}

/// An error on its way to a client.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: &'static Code,
    detail: Option<Text>,
    fields: Vec<FieldProblem>,
    retry_after: Option<Duration>,
    /// What only the log may know.
    cause: Option<String>,
    /// Whether the transaction it comes from is worth running again.
    deadlock: bool,
}

impl ApiError {
    /// An error that its code says all about.
    #[must_use]
    pub fn new(code: &'static Code) -> Self {
        Self(Box::new(Parts {
            code,
            detail: None,
            fields: Vec::new(),
            retry_after: None,
            cause: None,
            deadlock: false,
        }))
    }

    /// A fault of ours: the client learns nothing but the trace.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(&codes::INTERNAL);
        error.0.cause = Some(cause.to_string());
        error
    }

    /// Something we need is away; the client is to come back in a moment.
    #[must_use]
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(&codes::UNAVAILABLE).retry_after(Duration::from_secs(1));
        error.0.cause = Some(cause.to_string());
        error
    }

    /// Adds what is particular about this occurrence.
    #[must_use]
    pub fn detail(mut self, text: Text) -> Self {
        self.0.detail = Some(text);
        self
    }

    /// Adds when to come back.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause);
        self
    }

    pub(super) fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.0.fields = fields;
        self
    }

    /// The entry of the registry.
    #[must_use]
    pub const fn code(&self) -> &'static Code {
        self.0.code
    }

    /// What only the log may know.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The document a client reads.
    #[must_use]
    pub fn to_problem(&self, locale: Locale, trace_id: &str) -> Problem {
        Problem {
            kind: format!("/docs/problems#{}", self.0.code.name).into(),
            title: self.0.code.title.in_locale(locale),
            status: self.0.code.status.as_u16(),
            detail: self.0.detail.as_ref().map(|text| text.in_locale(locale)),
            code: self.0.code.name.into(),
            trace_id: trace_id.to_owned(),
            errors: self.0.fields.iter().map(|field| field.in_locale(locale)).collect(),
        }
    }

    /// The whole response, for a reader and a trace.
    #[must_use]
    pub fn to_response(&self, locale: Locale, trace_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.code.status);
        response.insert_header((CONTENT_TYPE, problem::CONTENT_TYPE));
        if let Some(pause) = self.0.retry_after {
            response.insert_header((RETRY_AFTER, pause.as_secs().max(1)));
        }
        if self.0.code.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        match serde_json::to_vec(&self.to_problem(locale, trace_id)) {
            Ok(json) => response.body(json),
            Err(_) => response.finish(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.name)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.code.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.0.code.status);
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl Retryable for ApiError {
    fn is_deadlock(&self) -> bool {
        self.0.deadlock
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Deadlock => {
                let mut answer = Self::unavailable(error);
                answer.0.deadlock = true;
                answer
            }
            DbError::Unavailable(_) | DbError::LockTimeout | DbError::StatementTimeout => {
                Self::unavailable(error)
            }
            DbError::NotFound => Self::new(&codes::NOT_FOUND),
            DbError::Duplicate { .. } | DbError::Inconsistent { .. } | DbError::Other(_) => {
                Self::internal(error)
            }
        }
    }
}
