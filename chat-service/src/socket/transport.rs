//! In what a connection wraps STOMP.

use super::{sockjs, websocket};

/// In what a connection wraps STOMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Each frame is a WebSocket message.
    WebSocket,
    /// Each frame is a SockJS message.
    SockJs,
}

impl Transport {
    /// Wraps a frame, or the line end of a heart-beat.
    pub(super) fn wrap(self, frame: &[u8], into: &mut Vec<u8>) {
        match self {
            Self::WebSocket => websocket::text(frame, into),
            Self::SockJs => {
                let mut message = Vec::with_capacity(frame.len() + 32);
                sockjs::wrap(frame, &mut message);
                websocket::text(&message, into);
            }
        }
    }

    /// What opens a connection, if anything does.
    pub(super) fn open(self, into: &mut Vec<u8>) {
        if self == Self::SockJs {
            websocket::text(sockjs::OPEN, into);
        }
    }

    /// What closes it.
    pub(super) fn close(self, code: u16, reason: &str, into: &mut Vec<u8>) {
        if self == Self::SockJs {
            websocket::text(&sockjs::close(code, reason), into);
        }
        websocket::close(code, reason, into);
    }
}
