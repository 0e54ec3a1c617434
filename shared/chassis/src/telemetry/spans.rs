//! What was done when, for a collector of traces: one span for each request and each event.
//!
//! Where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector (Jaeger is one), spans go there as OTLP over
//! HTTP, in JSON; `OTEL_SERVICE_NAME` says from whom, `OTEL_TRACES_SAMPLER_ARG` how large a part of the
//! traces that begin here (1 by default). Spans are worth less than the work they tell of: they are
//! gathered in a bounded queue, and dropped where it is full or nobody takes them.

use std::env;
use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::http::client;
use crate::http::trace::Trace;

/// Spans that may wait.
const QUEUE: usize = 4096;
/// Spans in one message to the collector.
const BATCH: usize = 512;
/// Spans are gathered for this long.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

static EXPORTER: OnceLock<Exporter> = OnceLock::new();

/// What a span is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request that was answered.
    Request,
    /// An event that was handled.
    Event,
}

/// One piece of work.
#[derive(Debug)]
struct Span {
    trace: Trace,
    kind: Kind,
    name: String,
    began: DateTime<Utc>,
    ended: DateTime<Utc>,
    failed: bool,
}

/// Sends spans to a collector.
#[derive(Debug)]
pub struct Exporter {
    spans: mpsc::Sender<Span>,
    ratio: f64,
}

impl Exporter {
    /// Sends to the collector at `endpoint`, for example `http://jaeger:4318`, in the name of
    /// `service`, the traces that were begun elsewhere and this part of those that begin here.
    pub fn start(
        endpoint: &str,
        service: String,
        ratio: f64,
        runtime: &Handle,
    ) -> reqwest::Result<Self> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        runtime.spawn(export(client::build(PATIENCE)?, url, service, receiver));
        Ok(Self { spans: sender, ratio })
    }

    /// Notes that a piece of work has just ended.
    pub fn note(&self, trace: Trace, kind: Kind, name: String, took: Duration, failed: bool) {
        let ended = Clock::System.now();
        let span = Span { trace, kind, name, began: ended - took, ended, failed };
        if self.spans.try_send(span).is_err() {
            metrics::counter!("spans_dropped_total").increment(1);
        }
    }
}

/// Starts the export where the environment names a collector, in the runtime this is called in.
pub(super) fn start_if_wanted() {
    let read = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let Some(endpoint) = read("OTEL_EXPORTER_OTLP_ENDPOINT") else { return };
    let Ok(runtime) = Handle::try_current() else { return };
    let program = || env::current_exe().ok()?.file_stem()?.to_str().map(str::to_owned);
    let service = read("OTEL_SERVICE_NAME").or_else(program).unwrap_or_default();
    let ratio = read("OTEL_TRACES_SAMPLER_ARG").and_then(|ratio| ratio.parse().ok());
    match Exporter::start(&endpoint, service, ratio.unwrap_or(1.0), &runtime) {
        // A second one changes nothing: the first goes on.
        Ok(exporter) => drop(EXPORTER.set(exporter)),
        Err(error) => tracing::warn!(%error, "spans cannot be sent to {endpoint}: {error}"),
    }
}

/// Whether a trace that begins now is to be collected.
pub(crate) fn is_sampled() -> bool {
    EXPORTER.get().is_some_and(|exporter| rand::random::<f64>() < exporter.ratio)
}

/// Notes that a piece of work has just ended, if its trace is collected.
pub fn note(trace: Trace, kind: Kind, took: Duration, failed: bool, name: impl FnOnce() -> String) {
    if let Some(exporter) = EXPORTER.get().filter(|_| trace.is_sampled()) {
        exporter.note(trace, kind, name(), took, failed);
    }
}

async fn export(
    client: reqwest::Client,
    url: String,
    service: String,
    mut spans: mpsc::Receiver<Span>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while spans.recv_many(&mut batch, BATCH).await > 0 {
        let sent = client.post(&url).json(&document(&service, &batch)).send().await;
        if let Err(error) = sent.and_then(reqwest::Response::error_for_status) {
            metrics::counter!("spans_dropped_total")
                .increment(u64::try_from(batch.len()).unwrap_or(u64::MAX));
            tracing::debug!(%error, "the collector of traces did not take {} spans", batch.len());
        }
        batch.clear();
        tokio::time::sleep(PAUSE).await;
    }
}

/// The message, as the specification of OTLP writes it in JSON.
fn document(service: &str, spans: &[Span]) -> Value {
    let spans: Vec<Value> = spans.iter().map(view).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": [
            { "key": "service.name", "value": { "stringValue": service } },
        ] },
        "scopeSpans": [{ "scope": { "name": "chassis" }, "spans": spans }],
    }] })
}

fn view(span: &Span) -> Value {
    let nanos = |time: DateTime<Utc>| time.timestamp_nanos_opt().unwrap_or_default().to_string();
    let (kind_server, kind_consumer, status_error) = (2, 5, 2);
    json!({
        "traceId": span.trace.trace_id(),
        "spanId": span.trace.span_id(),
        "parentSpanId": span.trace.parent_id().unwrap_or_default(),
        "name": span.name,
        "kind": if span.kind == Kind::Request { kind_server } else { kind_consumer },
        "startTimeUnixNano": nanos(span.began),
        "endTimeUnixNano": nanos(span.ended),
        "status": { "code": if span.failed { status_error } else { 0 } },
    })
}
