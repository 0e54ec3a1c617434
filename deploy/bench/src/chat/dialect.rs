//! What clients say in each protocol, as it goes over the wire.

use super::mark::Mark;

/// A message has so many bytes of content, the mark among them.
const CONTENT_BYTES: usize = 128;

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// STOMP as our chat-service has it.
    Ours,
    /// STOMP as RabbitMQ has it.
    WebStomp,
    /// socket.io over a WebSocket.
    SocketIo,
}

impl Dialect {
    /// The request that opens a connection.
    pub(super) fn handshake(self, token: &str) -> String {
        let (path, more) = match self {
            Self::Ours => (format!("/ws?token={token}"), "Sec-WebSocket-Protocol: v12.stomp\r\n"),
            Self::WebStomp => ("/ws".to_owned(), "Sec-WebSocket-Protocol: v12.stomp\r\n"),
            Self::SocketIo => ("/socket.io/?EIO=4&transport=websocket".to_owned(), ""),
        };
        format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
        )
    }

    /// What a client says first, and what the answer to it has in it.
    pub(super) fn hello(self, token: &str) -> (String, &'static str) {
        match self {
            Self::Ours => ("CONNECT\naccept-version:1.2\nhost:/\n\n\0".into(), "CONNECTED"),
            Self::WebStomp => (
                "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0".into(),
                "CONNECTED",
            ),
            Self::SocketIo => (format!("40{{\"token\":\"{token}\"}}"), "40{\"sid\""),
        }
    }

    /// What subscribes a room, and what the answer to it has in it.
    pub(super) fn subscribe(self, room: &str) -> (String, &'static str) {
        match self {
            Self::Ours | Self::WebStomp => (
                format!("SUBSCRIBE\nid:sub-0\ndestination:/topic/{room}\nreceipt:in\n\n\0"),
                "receipt-id:in",
            ),
            Self::SocketIo => (format!("421[\"join\",\"{room}\"]"), "431["),
        }
    }

    /// What says something in a room.
    pub(super) fn say(self, room: &str, mark: Mark) -> String {
        let mark = mark.text();
        let filling = "x".repeat(CONTENT_BYTES - mark.len());
        match self {
            Self::Ours => format!(
                "SEND\ndestination:/app/chat.sendMessage/{room}\n\n\
                 {{\"content\":\"{mark}{filling}\"}}\0"
            ),
            Self::WebStomp => {
                format!("SEND\ndestination:/topic/{room}\n\n{{\"content\":\"{mark}{filling}\"}}\0")
            }
            Self::SocketIo => {
                format!("42[\"say\",\"{room}\",{{\"content\":\"{mark}{filling}\"}}]")
            }
        }
    }
}

/// A text message of a client. Its mask is zero, which is allowed and costs nothing.
pub(super) fn frame(text: &str) -> Vec<u8> {
    let length = text.len();
    let mut frame = vec![0x81];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => frame.push(0x80 | length),
        (_, length) => {
            frame.push(0x80 | 0x7e);
            frame.extend(length.unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}
