//! A frame as a client sends it.

use bytes::Bytes;

use super::Version;

/// What a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `CONNECT`, or `STOMP`, which means the same since 1.1.
    Connect,
    /// `SEND`
    Send,
    /// `SUBSCRIBE`
    Subscribe,
    /// `UNSUBSCRIBE`
    Unsubscribe,
    /// `ACK`
    Ack,
    /// `NACK`, since 1.1
    Nack,
    /// `BEGIN`
    Begin,
    /// `COMMIT`
    Commit,
    /// `ABORT`
    Abort,
    /// `DISCONNECT`
    Disconnect,
}

impl Command {
    /// The command of this name, if this version has one. Names are upper case.
    #[must_use]
    pub fn parse(name: &str, version: Option<Version>) -> Option<Self> {
        Some(match name {
            "CONNECT" | "STOMP" => Self::Connect,
            "SEND" => Self::Send,
            "SUBSCRIBE" => Self::Subscribe,
            "UNSUBSCRIBE" => Self::Unsubscribe,
            "ACK" => Self::Ack,
            "NACK" if version != Some(Version::V10) => Self::Nack,
            "BEGIN" => Self::Begin,
            "COMMIT" => Self::Commit,
            "ABORT" => Self::Abort,
            "DISCONNECT" => Self::Disconnect,
            _ => return None,
        })
    }
}

/// The headers of a frame, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of a header. Of repeated headers the first counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }
}

/// A frame as a client sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What is asked for.
    pub command: Command,
    /// With which headers, their escapes undone.
    pub headers: Headers,
    /// And what is said; empty in all but `SEND`.
    pub body: Bytes,
}
