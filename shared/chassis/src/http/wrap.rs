//! What lies around every handler: the trace, the measurement, and the problem document.

use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument as _;

use super::error::{ApiError, Code, codes};
use super::health;
use super::trace::Trace;
use crate::telemetry::spans;
use crate::text::Locale;

/// Names the trace in every answer, so that a person can report it.
pub const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// The middleware. It is the outermost: what it does not see has not happened.
pub async fn wrap<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let started = Instant::now();
    let trace = Trace::from_headers(request.headers());
    let trace_id = trace.trace_id();
    let locale = locale(&request);
    let method = request.method().clone();
    let span = tracing::info_span!("request", trace_id, method = %method, path = request.path());

    let outcome = trace.scope(next.call(request).instrument(span.clone())).await;
    let _entered = span.enter();
    let mut response = match outcome {
        Ok(response) => match problem_of(&response) {
            Some(error) => {
                log(&error);
                response.map_body(|_, _| ()).into_problem(&error, locale, &trace_id)
            }
            None => response.map_into_left_body(),
        },
        // A middleware within gave up. Its error brings its own response along.
        Err(error) => {
            let error = error.as_error::<ApiError>().cloned().unwrap_or_else(|| {
                from_status(error.as_response_error().status_code(), &error.to_string())
            });
            log(&error);
            let response = error.to_response(locale, &trace_id);
            return Err(InternalError::from_response(error, response).into());
        }
    };
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(TRACE_ID, value);
    }
    measure(&response, started, trace);
    Ok(response)
}

/// The reader's language.
#[must_use]
pub fn locale(request: &ServiceRequest) -> Locale {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    Locale::negotiate(header.and_then(|value| value.to_str().ok()).unwrap_or_default())
}

/// Gives a response a problem document for a body.
trait IntoProblem<B> {
    fn into_problem(
        self,
        error: &ApiError,
        locale: Locale,
        trace_id: &str,
    ) -> ServiceResponse<EitherBody<B, BoxBody>>;
}

impl<B> IntoProblem<B> for ServiceResponse<()> {
    fn into_problem(
        self,
        error: &ApiError,
        locale: Locale,
        trace_id: &str,
    ) -> ServiceResponse<EitherBody<B, BoxBody>> {
        let (request, carrier) = self.into_parts();
        let mut response = error.to_response(locale, trace_id);
        // What the handler said beside the error, such as which methods are allowed.
        for (name, value) in carrier.headers() {
            if !response.headers().contains_key(name) {
                response.headers_mut().insert(name.clone(), value.clone());
            }
        }
        ServiceResponse::new(request, response).map_into_right_body()
    }
}

/// The error a response carries, or the one it should: the framework's own answers (no such
/// route, wrong method) have no body.
fn problem_of<B>(response: &ServiceResponse<B>) -> Option<ApiError> {
    if let Some(error) = response.response().extensions().get::<ApiError>() {
        return Some(error.clone());
    }
    let error = response.response().error()?;
    Some(from_status(error.as_response_error().status_code(), &error.to_string()))
}

fn from_status(status: StatusCode, cause: &str) -> ApiError {
    let code: &'static Code = match status {
        StatusCode::NOT_FOUND => &codes::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &codes::METHOD_NOT_ALLOWED,
        StatusCode::PAYLOAD_TOO_LARGE => &codes::BODY_TOO_LARGE,
        status if status.is_client_error() => &codes::MALFORMED_REQUEST,
        _ => return ApiError::internal(cause),
    };
    ApiError::new(code)
}

/// Writes down, once, what the client is not told.
fn log(error: &ApiError) {
    if error.code().status.is_server_error() {
        let cause = error.cause().unwrap_or("unknown");
        tracing::error!(error.code = error.code().name, "request failed: {cause}");
    } else {
        tracing::debug!(error.code = error.code().name, "request refused: {error}");
    }
}

fn measure<B>(response: &ServiceResponse<B>, started: Instant, trace: Trace) {
    let elapsed = started.elapsed();
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let method = response.request().method().as_str().to_owned();
    let status = response.status().as_u16();
    // Every instance is asked whether it is ready several times a second, and the issuer of tokens for
    // its documents by all the others: that they are answered is no news.
    let is_routine = health::ROUTES.contains(&route.as_str()) || route.starts_with("/.well-known/");
    let is_news = status >= 500 || !is_routine;
    spans::note(trace, spans::Kind::Request, elapsed, status >= 500, || {
        format!("{method} {route}")
    });
    metrics::histogram!(
        "http_request_duration_seconds",
        "method" => method, "route" => route, "status" => status.to_string()
    )
    .record(elapsed);
    let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    if is_news {
        tracing::info!(status, elapsed_us, "answered {status}");
    } else {
        tracing::debug!(status, elapsed_us, "answered {status}");
    }
}
