//! The trace a request belongs to (W3C Trace Context), known to everything done for it.

use actix_web::http::header::HeaderMap;

use crate::telemetry::spans;

tokio::task_local! {
    static CURRENT: Trace;
}

/// Where a request stands in its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    id: u128,
    span_id: u64,
    /// The span that this one is a part of; nobody's at the beginning.
    parent_id: Option<u64>,
    sampled: bool,
}

impl Trace {
    /// A trace that begins here.
    #[must_use]
    pub fn begin() -> Self {
        let id = rand::random_range(1..=u128::MAX);
        Self { id, span_id: new_span_id(), parent_id: None, sampled: spans::is_sampled() }
    }

    /// Continues the trace of the caller with a span of our own, or begins one.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        headers
            .get("traceparent")
            .and_then(|value| value.to_str().ok())
            .and_then(Self::parse)
            .map_or_else(Self::begin, Self::child)
    }

    /// The same trace, in a span of our own.
    #[must_use]
    pub fn child(self) -> Self {
        Self { span_id: new_span_id(), parent_id: Some(self.span_id), ..self }
    }

    /// Reads a `traceparent`. Of a version yet to come the first four parts are read, as the
    /// specification wants (section 3.2.2).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |part: &str, len| {
            part.len() == len && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let mut parts = text.split('-');
        let (version, trace_id) = (parts.next()?, parts.next()?);
        let (span_id, flags) = (parts.next()?, parts.next()?);
        let whole = version != "00" || parts.next().is_none();
        if !whole || version == "ff" || !is_hex(version, 2) || !is_hex(flags, 2) {
            return None;
        }
        if !is_hex(trace_id, 32) || !is_hex(span_id, 16) {
            return None;
        }
        let id = u128::from_str_radix(trace_id, 16).ok().filter(|id| *id != 0)?;
        let span_id = u64::from_str_radix(span_id, 16).ok().filter(|id| *id != 0)?;
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        Some(Self { id, span_id, parent_id: None, sampled })
    }

    /// The 32 hexadecimal digits that name the trace.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.id)
    }

    /// The 16 hexadecimal digits that name this part of it.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Those of the part that this one is a part of.
    #[must_use]
    pub fn parent_id(&self) -> Option<String> {
        self.parent_id.map(|id| format!("{id:016x}"))
    }

    /// Whether it is collected.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.sampled
    }

    /// The header to send on.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{:032x}-{:016x}-{:02x}", self.id, self.span_id, u8::from(self.sampled))
    }

    /// The digits that name the trace, made without asking for memory.
    #[must_use]
    pub fn digits(&self) -> TraceDigits {
        let mut digits = [b'0'; 32];
        let places = digits.chunks_exact_mut(2);
        for (place, byte) in places.zip(self.id.to_be_bytes()) {
            if let [high, low] = place {
                (*high, *low) = (hex(byte >> 4), hex(byte & 15));
            }
        }
        TraceDigits(digits)
    }

    /// The header to send on, made without asking for memory.
    #[must_use]
    pub fn header(&self) -> TraceParent {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        let (id, span_id) = (self.id.to_be_bytes(), self.span_id.to_be_bytes());
        let sampled = [u8::from(self.sampled)];
        for (begin, bytes) in [(3, &id[..]), (36, &span_id), (53, &sampled)] {
            for (place, byte) in text.iter_mut().skip(begin).zip(halves(bytes)) {
                *place = hex(byte);
            }
        }
        TraceParent(text)
    }

    /// Runs `work` as part of this trace.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }
}

/// The 32 hexadecimal digits that name a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceDigits([u8; 32]);

impl TraceDigits {
    /// As a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent([u8; 55]);

impl TraceParent {
    /// As it stands in a header.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The two digits of each byte.
fn halves(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15])
}

fn hex(half: u8) -> u8 {
    if half < 10 { b'0' + half } else { b'a' + half - 10 }
}

/// The trace of the request being worked on.
#[must_use]
pub fn current() -> Option<Trace> {
    CURRENT.try_with(|trace| *trace).ok()
}

/// The `traceparent` of the request being worked on.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    current().map(|trace| trace.traceparent())
}

fn new_span_id() -> u64 {
    rand::random_range(1..=u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn a_traceparent_survives() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(Trace::parse(text).unwrap().traceparent(), text);
        assert_eq!(Trace::parse(text).unwrap().digits().as_str(), &text[3..35]);
        assert_eq!(Trace::parse(text).unwrap().header().as_bytes(), text.as_bytes());
        let begun = Trace::begin();
        assert_eq!(Trace::parse(&begun.traceparent()), Some(begun));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::parse(text), None, "{text}");
        }
        assert!(
            Trace::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x").is_some()
        );
    }
}
