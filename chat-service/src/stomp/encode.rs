//! Frames as a server writes them.

use super::escape::escape;
use super::{HeartBeat, Version, Violation};

/// What `CONNECTED` and `ERROR` say about us.
const SERVER: &str = concat!("project509-chat/", env!("CARGO_PKG_VERSION"));

/// `CONNECTED`. Its headers are not escaped, and need not be.
#[must_use]
pub fn connected(version: Version, session: &str, ours: HeartBeat) -> Vec<u8> {
    let heart_beat = format!("{},{}", ours.sends_ms, ours.wants_ms);
    let mut headers = vec![("version", version.number()), ("session", session), ("server", SERVER)];
    if version > Version::V10 {
        headers.push(("heart-beat", &heart_beat));
    }
    frame("CONNECTED", &headers, b"", version)
}

/// `RECEIPT`: what the client asked for with this name is done.
#[must_use]
pub fn receipt(id: &str, version: Version) -> Vec<u8> {
    frame("RECEIPT", &[("receipt-id", id)], b"", version)
}

/// `ERROR`, after which the connection ends. Before a version was agreed on, its number is not
/// known to the client either; the versions that we speak are told in any case.
#[must_use]
pub fn error(violation: &Violation, code: &str, version: Option<Version>) -> Vec<u8> {
    let spoken = Version::ALL.map(Version::number).join(",");
    let mut headers = vec![
        ("message", &*violation.message),
        ("code", code),
        ("content-type", "text/plain"),
        ("version", spoken.as_str()),
        ("server", SERVER),
    ];
    if let Some(receipt) = &violation.receipt {
        headers.push(("receipt-id", receipt));
    }
    frame("ERROR", &headers, violation.message.as_bytes(), version.unwrap_or(Version::V10))
}

/// Any frame of ours. A body always comes with its length.
#[must_use]
pub fn frame(command: &str, headers: &[(&str, &str)], body: &[u8], version: Version) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(128 + body.len());
    bytes.extend_from_slice(command.as_bytes());
    bytes.push(b'\n');
    // CONNECTED is read by clients that do not know yet which escapes there are.
    let version = if command == "CONNECTED" { Version::V10 } else { version };
    for (name, value) in headers {
        escape(name, version, &mut bytes);
        bytes.push(b':');
        escape(value, version, &mut bytes);
        bytes.push(b'\n');
    }
    if !body.is_empty() {
        bytes.extend_from_slice(format!("content-length:{}\n", body.len()).as_bytes());
    }
    bytes.push(b'\n');
    bytes.extend_from_slice(body);
    bytes.push(0);
    bytes
}
