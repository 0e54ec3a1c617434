//! Last phase: what every answer carries, and what is written down about it.

use actix_http::{ConnectionType, RequestHead, Response};

use actix_web::http::header::{HeaderValue, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};

use super::record::Recorded;
use super::{Findings, Worker};
use crate::body::{Answer, whole};
use crate::error::GatewayError;
use crate::exchange::{Exchange, locale};

/// For so long a browser comes through TLS only, once it has.
const ONE_YEAR: &str = "max-age=31536000; includeSubDomains";

/// Completes an answer, or makes one of an error.
pub(super) fn finish(
    worker: &Worker,
    head: &RequestHead,
    exchange: Exchange,
    findings: &Findings<'_>,
    outcome: Result<Answer, GatewayError>,
) -> Response<Recorded> {
    let shared = &*worker.shared;
    // A refusal tells what is left itself.
    let is_refused = matches!(outcome, Err(GatewayError::TooMany(_)));
    let mut response = outcome.unwrap_or_else(|error| {
        note(&error, &exchange, findings);
        whole(error.to_response(locale(head), exchange.trace_id()))
    });
    exchange.mark(response.headers_mut());
    if let Some(standing) = findings.standing.filter(|_| !is_refused) {
        standing.tell(response.headers_mut());
    }
    if !shared.life.is_running() {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let headers = response.headers_mut();
    // What says that it is JSON is not to be run as something else.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if shared.is_secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONE_YEAR));
    }
    shared.cors.permit(head, response.headers_mut());

    let record = worker.record(head, exchange, findings, response.status());
    response.map_body(|_, body| Recorded::new(body, record))
}

/// Writes down what the client is not told.
fn note(error: &GatewayError, exchange: &Exchange, findings: &Findings<'_>) {
    let trace_id = exchange.trace_id();
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
