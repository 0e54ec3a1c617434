//! The errors that the gateway itself answers with, and how they look to clients.

use actix_http::Method;
use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, HeaderValue};
use chassis::http::{ApiError, Code, error};
use chassis::identity::TokenError;
use chassis::text::{Locale, Text};

use crate::answer::Answer;
use crate::head::Refusal;
use crate::limits::TooMany;
use crate::table::NoRoute;
use crate::upstream::ForwardError;

/// The codes that only the gateway answers with.
pub mod codes {
    chassis::error_codes! {
        ORIGIN_NOT_ALLOWED = FORBIDDEN, "origin_not_allowed", "허용되지 않은 출처에서 온 요청입니다", "This origin may not call the API";
        URI_TOO_LONG = URI_TOO_LONG, "uri_too_long", "요청 주소가 너무 깁니다", "The address asked for is too long";
        HEADERS_TOO_LARGE = REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", "요청 헤더가 너무 큽니다", "The headers are too large";
        REQUEST_TIMEOUT = REQUEST_TIMEOUT, "request_timeout", "요청 이 제때 도착하지 않았습니다", "The request did not arrive in time";
        BAD_GATEWAY = BAD_GATEWAY, "bad_gateway", "서비스가 올바르게 응답하지 않았습니다. 잠시 후 다시 시도해 주세요", "A service did not answer properly; try again shortly";
        GATEWAY_TIMEOUT = GATEWAY_TIMEOUT, "gateway_timeout", "서비스가 제때 응답하지 않았습니다. 잠시 후 다시 시도해 주세요", "A service did not answer in time; try again shortly";
    }
}

/// Why the gateway does not pass a request on, or has no answer to pass back.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The path is written in a way that two programs may read differently.
    #[error("the path is not in its normal form")]
    Path,
    /// What the client sent is not listened to.
    #[error("refused before it was read: {0:?}")]
    Refused(Refusal),
    /// No rule of the table is about it.
    #[error("no rule names the path")]
    NoRoute,
    /// The path takes other methods only.
    #[error("no rule names the method")]
    Method(Vec<Method>),
    /// A web page that is not on the list asked for permission.
    #[error("the origin is not on the list")]
    Origin,
    /// The route wants a token and none came, or something came that is no token.
    #[error("no token came")]
    NoToken,
    /// The token does not identify anyone.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// One request too many.
    #[error("too many requests, the next one in {:?}", .0.retry_after)]
    TooMany(TooMany),
    /// Only administrators may.
    #[error("only administrators may")]
    NotAdmin,
    /// The upstream, or the body on its way to it, failed.
    #[error(transparent)]
    Forward(#[from] ForwardError),
}

impl GatewayError {
    /// The whole answer, for a reader and a trace.
    #[must_use]
    pub fn to_answer(&self, locale: Locale, trace_id: &str) -> Answer {
        let mut answer = Answer::from(self.to_response(locale, trace_id));
        if let Self::TooMany(too_many) = self {
            too_many.standing.tell(&mut answer.lines);
        }
        answer
    }

    fn to_response(&self, locale: Locale, trace_id: &str) -> HttpResponse {
        let mut response = self.to_api_error().to_response(locale, trace_id);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::Method(methods) = self
            && let Ok(allow) = HeaderValue::from_str(&list(methods))
        {
            headers.insert(ALLOW, allow);
        }
        response
    }

    fn to_api_error(&self) -> ApiError {
        match self {
            Self::Path => ApiError::new(&error::codes::MALFORMED_REQUEST).detail(Text::new(
                "경로에 빈 구간, '.', '..', 불필요한 퍼센트 인코딩 등이 있습니다",
                "The path has empty or dot segments, or characters encoded without need",
            )),
            Self::Refused(refusal) => ApiError::new(match refusal {
                Refusal::Malformed(_) => &error::codes::MALFORMED_REQUEST,
                Refusal::HeadTooLarge => &codes::HEADERS_TOO_LARGE,
                Refusal::TargetTooLong => &codes::URI_TOO_LONG,
                Refusal::TooSlow => &codes::REQUEST_TIMEOUT,
            }),
            Self::NoRoute => ApiError::new(&error::codes::NOT_FOUND),
            Self::Method(_) => ApiError::new(&error::codes::METHOD_NOT_ALLOWED),
            Self::Origin => ApiError::new(&codes::ORIGIN_NOT_ALLOWED),
            Self::NoToken | Self::Token(TokenError::Invalid) => {
                ApiError::new(&error::codes::UNAUTHENTICATED)
            }
            Self::Token(TokenError::Expired) => ApiError::new(&error::codes::TOKEN_EXPIRED),
            Self::Token(TokenError::Revoked) => ApiError::new(&error::codes::SESSION_REVOKED),
            Self::Token(cause @ TokenError::KeysUnavailable(_)) => ApiError::unavailable(cause),
            Self::TooMany(too_many) => {
                ApiError::new(&error::codes::TOO_MANY_REQUESTS).retry_after(too_many.retry_after)
            }
            Self::NotAdmin => ApiError::new(&error::codes::FORBIDDEN),
            Self::Forward(cause) => of_forward(cause),
        }
    }
}

impl From<Refusal> for GatewayError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<TooMany> for GatewayError {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

impl From<NoRoute> for GatewayError {
    fn from(cause: NoRoute) -> Self {
        match cause {
            NoRoute::Path => Self::NoRoute,
            NoRoute::Method(methods) => Self::Method(methods),
        }
    }
}

fn of_forward(cause: &ForwardError) -> ApiError {
    let code: &'static Code = match cause {
        ForwardError::BodyTooLarge => &error::codes::BODY_TOO_LARGE,
        ForwardError::BodyStalled => &codes::REQUEST_TIMEOUT,
        ForwardError::BodyBroken => &error::codes::MALFORMED_REQUEST,
        ForwardError::Busy | ForwardError::NoInstance => return ApiError::unavailable(cause),
        ForwardError::ConnectTimeout | ForwardError::Silent => &codes::GATEWAY_TIMEOUT,
        ForwardError::Connect(_)
        | ForwardError::Broken(_)
        | ForwardError::BrokeOff(_)
        | ForwardError::Switching => &codes::BAD_GATEWAY,
    };
    ApiError::new(code)
}

fn list(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
