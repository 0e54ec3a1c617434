//! Last phase: what every answer carries, and what is written down about it.

use super::record::Record;
use super::{Findings, Worker, come_again};
use crate::answer::Answer;
use crate::error::GatewayError;
use crate::exchange::{Exchange, locale};
use crate::head::Head;

/// For so long a browser comes through TLS only, once it has.
const ONE_YEAR: &[u8] = b"max-age=31536000; includeSubDomains";

/// Completes an answer, or makes one of an error.
pub(super) fn finish(
    worker: &Worker,
    head: &Head,
    exchange: Exchange,
    findings: &Findings<'_>,
    outcome: Result<Answer, GatewayError>,
) -> (Answer, Record) {
    let shared = &*worker.shared;
    // A refusal tells what is left itself.
    let is_refused = matches!(outcome, Err(GatewayError::TooMany(_)));
    let mut answer = outcome.unwrap_or_else(|error| {
        note(&error, &exchange, findings);
        error.to_answer(locale(head), exchange.trace_id())
    });
    if come_again::is_called_for(head, findings.route, answer.status) {
        answer = come_again::answer(head).into();
    }
    let lines = &mut answer.lines;
    exchange.mark(lines);
    if let Some(standing) = findings.standing.filter(|_| !is_refused) {
        standing.tell(lines);
    }
    // What says that it is JSON is not to be run as something else.
    lines.add(b"x-content-type-options", b"nosniff");
    if shared.is_secure {
        lines.add(b"strict-transport-security", ONE_YEAR);
    }
    shared.cors.permit(head, lines);
    let record = worker.record(head, exchange, findings, answer.status);
    (answer, record)
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
