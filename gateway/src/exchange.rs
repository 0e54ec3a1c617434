//! What the gateway knows of a request before it looks at the table.

use std::time::Instant;

use chassis::http::trace::{Trace, TraceDigits, TraceParent};
use chassis::text::Locale;

use crate::answer::Lines;
use crate::client::Client;
use crate::head::Head;
use crate::network::Network;
use crate::wire::Name;

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
    pub fn begin(head: &Head, trusted: &[Network], is_secure: bool) -> Self {
        let parent = head.get(Name::TraceParent).and_then(Trace::parse);
        let trace = parent.map_or_else(Trace::begin, Trace::child);
        let given = head.get(Name::RequestId);
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

    /// What the next in the trace is told.
    #[must_use]
    pub fn traceparent(&self) -> TraceParent {
        self.trace.header()
    }

    /// Names it in an answer.
    pub fn mark(&self, lines: &mut Lines) {
        lines.add(b"x-request-id", self.request_id().as_bytes());
        lines.add(b"x-trace-id", self.trace_id().as_bytes());
    }
}

/// The language the client reads.
#[must_use]
pub fn locale(head: &Head) -> Locale {
    Locale::negotiate(head.get(Name::AcceptLanguage).unwrap_or_default())
}

/// Whether an id can stand in a header and in a log without harm.
fn is_request_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (1..=MAX_REQUEST_ID_CHARS).contains(&text.len()) && text.bytes().all(plain)
}
