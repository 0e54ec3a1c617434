//! Last phase: what every answer carries, and what is written down about it.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chassis::http::wrap::TRACE_ID;

use super::record::{Record, Recorded};
use super::{Answer, Findings};
use crate::cors::Cors;
use crate::error::GatewayError;
use crate::exchange::{Exchange, REQUEST_ID, locale};

/// Completes an answer, or makes one of an error.
pub(super) fn finish(
    cors: &Cors,
    request: &HttpRequest,
    exchange: Exchange,
    findings: &Findings<'_>,
    outcome: Result<Answer, GatewayError>,
) -> HttpResponse {
    let mut response = outcome.unwrap_or_else(|error| {
        note(&error, &exchange, findings);
        error.to_response(locale(request), &exchange.trace_id).map_into_left_body()
    });
    set(response.headers_mut(), REQUEST_ID, &exchange.request_id);
    set(response.headers_mut(), TRACE_ID, &exchange.trace_id);
    cors.permit(request, response.headers_mut());

    let record = Record::new(request, exchange, findings, response.status());
    record.measure();
    response.map_body(|_, body| Recorded::new(body, record)).map_into_boxed_body()
}

fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

/// Writes down what the client is not told.
fn note(error: &GatewayError, exchange: &Exchange, findings: &Findings<'_>) {
    let trace_id = &exchange.trace_id;
    let GatewayError::Forward(cause) = error else {
        tracing::debug!(trace_id, "refused: {error}");
        return;
    };
    let upstream = findings.route.map(|route| route.upstream.clone()).unwrap_or_default();
    tracing::warn!(trace_id, upstream = &*upstream, "not forwarded to {upstream}: {cause}");
    let reason = cause.reason();
    metrics::counter!("upstream_failures_total", "upstream" => upstream, "reason" => reason)
        .increment(1);
}
