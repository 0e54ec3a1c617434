//! The format of server-sent events, as the WHATWG's living standard has it (9.2).

use std::io::Write as _;

use chassis::text::Locale;
use serde::Serialize;

use super::place::Since;
use crate::domain::Content;

/// What browsers are told to wait before they connect again. Some are told a little more, so that
/// the streams of an instance that stopped do not all come back at the same moment.
const RETRY_MS: u64 = 2_000;
/// What goes over an idle connection, so that nobody in between takes it for dead. A line that
/// begins with a colon is a comment.
pub(super) const HEARTBEAT: &[u8] = b":\n\n";

/// The end of a notification's event: all of it but its number, which comes first and is another
/// for each person. It is encoded once for all who read the same language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tail(Box<[u8]>);

impl Tail {
    /// Encodes what is said in one language, and when it was read.
    pub(super) fn of(
        content: &Content,
        locale: Locale,
        read_at: Option<chrono::DateTime<chrono::Utc>>,
    ) -> serde_json::Result<Self> {
        #[derive(Serialize)]
        struct View {
            #[serde(flatten)]
            content: crate::domain::ContentView,
            read_at: Option<chrono::DateTime<chrono::Utc>>,
        }
        let mut json = serde_json::to_vec(&View { content: content.view(locale), read_at })?;
        // The opening brace; the number goes between it and the rest.
        json.remove(0);
        json.extend_from_slice(b"\n\n");
        Ok(Self(json.into()))
    }

    /// One that was encoded elsewhere, by [`Tail::of`].
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Adds the event of a notification.
///
/// JSON has no line breaks outside of its strings and escapes those within, so it is one line.
pub(super) fn notification(out: &mut Vec<u8>, seq: u64, tail: &Tail) {
    put(out, format_args!("id: {seq}\nevent: notification\ndata: {{\"seq\":{seq},"));
    out.extend_from_slice(tail.as_bytes());
}

/// Adds the beginning of an answer, before anything is known but that it goes on. It repeats where
/// the client stopped: some libraries take a block without an id for one that forgets it.
pub(super) fn opening(out: &mut Vec<u8>, date: &str, trace_id: &str, since: Since) {
    put(
        out,
        format_args!(
            "HTTP/1.1 200 OK\r\n\
             content-type: text/event-stream\r\n\
             cache-control: no-store, no-transform\r\n\
             x-accel-buffering: no\r\n\
             connection: close\r\n\
             date: {date}\r\n\
             x-trace-id: {trace_id}\r\n\r\n\
             retry: {RETRY_MS}\n"
        ),
    );
    if let Since::After(seq) = since {
        put(out, format_args!("id: {seq}\n"));
    }
    put(out, format_args!("\n"));
}

/// Adds the place a stream begins at. It has no data, so a client shows nothing, but it remembers
/// the id: cut off before its first event, it still comes back to this place.
pub(super) fn place(out: &mut Vec<u8>, seq: u64) {
    put(out, format_args!("id: {seq}\n\n"));
}

/// Adds the event that tells a client to load its inbox anew: what it has missed is not to be had.
/// The stream goes on after `seq`.
pub(super) fn resync(out: &mut Vec<u8>, seq: u64, reason: &str) {
    put(
        out,
        format_args!(
            "id: {seq}\nevent: resync\ndata: {{\"reason\":\"{reason}\",\"last_seq\":{seq}}}\n\n"
        ),
    );
}

/// Adds the last words of an instance that stops; `spread` is a number below a thousand.
pub(super) fn farewell(out: &mut Vec<u8>, spread: u64) {
    put(out, format_args!("retry: {}\n\n", RETRY_MS / 4 + spread));
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // A vector takes everything.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use chassis::text::Locale;
    use contracts::PartyId;

    use super::{Since, Tail, notification, opening, place, resync};
    use crate::domain::{About, Content, Kind};
    use crate::notification_view::NotificationView;
    use crate::store::notifications::Stored;

    fn content(item: &str) -> Content {
        let about = About {
            party_id: PartyId::new(),
            item: item.into(),
            market: None,
            starts_at: None,
            room_id: None,
            hours_before: None,
            penalty: None,
        };
        Content { kind: Kind::PartyLocked, about, created_at: chrono::DateTime::UNIX_EPOCH }
    }

    #[test]
    fn an_event_is_the_notification_as_the_inbox_lists_it() {
        let (content, read_at) = (content("사과 (후지)"), Some(chrono::DateTime::UNIX_EPOCH));
        for read_at in [None, read_at] {
            let tail = Tail::of(&content, Locale::En, read_at).unwrap();
            let mut event = Vec::new();
            notification(&mut event, 42, &tail);
            let stored = Stored { seq: 42, held: false, content: content.clone(), read_at };
            let listed = serde_json::to_string(&NotificationView::of(&stored, Locale::En)).unwrap();
            assert_eq!(
                String::from_utf8(event).unwrap(),
                format!("id: 42\nevent: notification\ndata: {listed}\n\n")
            );
        }
    }

    #[test]
    fn whatever_it_says_it_is_one_line() {
        let tail = Tail::of(&content("두 줄\n의 \r사과\u{0}\u{2028}"), Locale::Ko, None).unwrap();
        let mut event = Vec::new();
        notification(&mut event, 1, &tail);
        let text = String::from_utf8(event).unwrap();
        assert_eq!(text.matches(['\n', '\r']).count(), 4, "{text:?}");
        assert!(!text.contains('\0'));
    }

    #[test]
    fn an_answer_begins_without_an_event() {
        let mut out = Vec::new();
        opening(&mut out, "Mon, 23 Nov 2026 03:00:00 GMT", "0af7", Since::Now);
        place(&mut out, 7);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"));
        assert!(text.ends_with("\r\n\r\nretry: 2000\n\nid: 7\n\n"), "{text:?}");
    }

    #[test]
    fn an_answer_repeats_the_place_that_was_asked_for() {
        let mut out = Vec::new();
        opening(&mut out, "Mon, 23 Nov 2026 03:00:00 GMT", "0af7", Since::After(41));
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\r\n\r\nretry: 2000\nid: 41\n\n"), "{text:?}");
    }

    #[test]
    fn a_resync_names_its_place() {
        let mut out = Vec::new();
        resync(&mut out, 9, "unknown");
        assert_eq!(out, b"id: 9\nevent: resync\ndata: {\"reason\":\"unknown\",\"last_seq\":9}\n\n");
    }
}
