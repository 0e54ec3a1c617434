//! What the gateway knows of a request before it looks at the table.

use std::time::Instant;

use actix_http::RequestHead;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use chassis::http::trace::{Trace, TraceDigits};
use chassis::http::wrap::TRACE_ID;
use chassis::text::Locale;

use crate::client::Client;
use crate::network::Network;

/// Names one request, for whoever sent it and in every log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const MAX_REQUEST_ID_CHARS: usize = 64;

/// One request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// When it came.
    pub started: Instant,
    /// The trace it belongs to, with a span of ours.
    pub trace: Trace,
    trace_id: TraceDigits,
    /// The id that the client gave it.
    given_id: Option<String>,
    /// Who sent it.
    pub client: Client,
}

impl Exchange {
    /// Begins one.
    #[must_use]
    pub fn begin(head: &RequestHead, trusted: &[Network], is_secure: bool) -> Self {
        let trace = Trace::from_headers(&head.headers);
        let given = head.headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        Self {
            started: Instant::now(),
            trace,
            trace_id: trace.digits(),
            given_id: given.filter(|id| is_request_id(id)).map(ToOwned::to_owned),
            client: Client::of(head, trusted, is_secure),
        }
    }

    /// The 32 digits that name the trace.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.trace_id.as_str()
    }

    /// The id that the client gave it, or the trace's.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.given_id.as_deref().unwrap_or_else(|| self.trace_id())
    }

    /// Names it in an answer.
    pub fn mark(&self, headers: &mut HeaderMap) {
        let Ok(trace_id) = HeaderValue::from_str(self.trace_id()) else { return };
        let given = self.given_id.as_deref().and_then(|id| HeaderValue::from_str(id).ok());
        headers.insert(REQUEST_ID, given.unwrap_or_else(|| trace_id.clone()));
        headers.insert(TRACE_ID, trace_id);
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
