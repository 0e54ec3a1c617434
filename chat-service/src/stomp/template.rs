//! `MESSAGE` frames of one subscription, written over and over.

use std::io::Write as _;

use super::Version;
use super::escape::escape;

/// All of a `MESSAGE` but its number and its body. Subscriptions with equal templates can be sent
/// the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageTemplate {
    /// The command and the headers that never change.
    prefix: Box<[u8]>,
    /// What a message-id begins with: it has to be unique over the subscriptions of a connection.
    room: Box<str>,
    /// Whether 1.2 wants to be told what to answer with `ACK`.
    names_ack: bool,
}

impl MessageTemplate {
    /// The messages of one destination for one subscription. `room` goes into their ids.
    #[must_use]
    pub fn new(
        version: Version,
        subscription: &str,
        destination: &str,
        room: &str,
        acknowledges: bool,
    ) -> Self {
        let mut prefix = b"MESSAGE\n".to_vec();
        for (name, value) in [
            ("subscription", subscription),
            ("destination", destination),
            ("content-type", "application/json;charset=utf-8"),
        ] {
            prefix.extend_from_slice(name.as_bytes());
            prefix.push(b':');
            escape(value, version, &mut prefix);
            prefix.push(b'\n');
        }
        Self {
            prefix: prefix.into(),
            room: room.into(),
            names_ack: acknowledges && version == Version::V12,
        }
    }

    /// Writes one message. `id` makes its message-id; it may hold no character that needs an
    /// escape.
    pub fn write(&self, id: impl std::fmt::Display, body: &[u8], into: &mut Vec<u8>) {
        into.reserve(self.prefix.len() + body.len() + 128);
        into.extend_from_slice(&self.prefix);
        let (room, length) = (&self.room, body.len());
        // Writing into memory does not fail.
        let _ = writeln!(into, "message-id:{room}-{id}");
        if self.names_ack {
            let _ = writeln!(into, "ack:{room}-{id}");
        }
        let _ = write!(into, "content-length:{length}\n\n");
        into.extend_from_slice(body);
        into.push(0);
    }
}
