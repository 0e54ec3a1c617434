//! What the gateway knows of a request before it looks at the table.

use std::time::Instant;

use actix_http::RequestHead;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use chassis::http::trace::Trace;
use chassis::http::wrap::TRACE_ID;
use chassis::text::Locale;

use crate::client::Client;
use crate::network::Network;

/// Names one request, for whoever sent it and in every log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const MAX_REQUEST_ID_CHARS: usize = 64;

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When it came.
    pub started: Instant,
    /// The trace it belongs to, with a span of ours.
    pub trace: Trace,
    /// The 32 digits that name the trace.
    pub trace_id: String,
    /// The id that the client gave it, or the trace's.
    pub request_id: String,
    /// Who sent it.
    pub client: Client,
}

impl Exchange {
    /// Begins one.
    #[must_use]
    pub fn begin(head: &RequestHead, trusted: &[Network]) -> Self {
        let trace = Trace::from_headers(&head.headers);
        let trace_id = trace.trace_id();
        let given = head.headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let request_id = given.filter(|id| is_request_id(id)).unwrap_or(&trace_id).to_owned();
        let client = Client::of(head, trusted);
        Self { started: Instant::now(), trace, trace_id, request_id, client }
    }

    /// Names it in an answer.
    pub fn mark(&self, headers: &mut HeaderMap) {
        for (name, text) in [(REQUEST_ID, &self.request_id), (TRACE_ID, &self.trace_id)] {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
    }
}

/// The language the client reads.
#[must_use]
pub fn locale(head: &RequestHead) -> Locale {
    let header = head.headers.get(ACCEPT_LANGUAGE);
    Locale::negotiate(header.and_then(|value| value.to_str().ok()).unwrap_or_default())
}

/// Whether an id can stand in a header and in a log without harm.
fn is_request_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (1..=MAX_REQUEST_ID_CHARS).contains(&text.len()) && text.bytes().all(plain)
}
