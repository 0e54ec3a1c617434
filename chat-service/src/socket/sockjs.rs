//! SockJS framing over its WebSocket transport: `o`, `a["…"]`, `c[code,"reason"]` from us, and
//! arrays of strings from clients.

/// Opens the session.
pub(super) const OPEN: &[u8] = b"o";

/// Wraps what a client is to get: one message.
pub(super) fn wrap(message: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(b"a[");
    // All that we say is UTF-8, and writing to memory does not fail.
    let text = String::from_utf8_lossy(message);
    let written = serde_json::to_writer(&mut *into, &text);
    debug_assert!(written.is_ok());
    into.push(b']');
}

/// Closes the session.
pub(super) fn close(code: u16, reason: &str) -> Vec<u8> {
    format!("c[{code},{}]", serde_json::Value::from(reason)).into_bytes()
}

/// Reads what a client has sent: an array of strings, or one string. Nothing at all is not worth a
/// complaint; anything else is.
pub(super) fn unwrap(message: &[u8]) -> Option<Vec<String>> {
    match message.first() {
        None => Some(Vec::new()),
        Some(b'[') => serde_json::from_slice(message).ok(),
        Some(_) => serde_json::from_slice(message).ok().map(|one| vec![one]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{close, unwrap, wrap};

    proptest! {
        #[test]
        fn what_is_wrapped_is_unwrapped(text in any::<String>()) {
            let mut wire = Vec::new();
            wrap(text.as_bytes(), &mut wire);
            prop_assert_eq!(unwrap(wire.strip_prefix(b"a").unwrap()), Some(vec![text]));
        }
    }

    #[test]
    fn clients_send_arrays_of_strings() {
        assert_eq!(unwrap(b"[\"a\",\"b\"]"), Some(vec!["a".into(), "b".into()]));
        assert_eq!(unwrap(b"\"a\""), Some(vec!["a".into()]));
        assert_eq!(unwrap(b""), Some(Vec::new()));
        for bad in [&b"["[..], b"[1]", b"{}", b"CONNECT\n\n\0", b"\xff"] {
            assert_eq!(unwrap(bad), None);
        }
        assert_eq!(close(1002, "no \"way\""), br#"c[1002,"no \"way\""]"#);
    }
}
