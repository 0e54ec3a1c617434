//! The handshake of a WebSocket (RFC 6455, 4), passed on to the service that answers it.

use std::io;

use actix_http::{Method, StatusCode, Version};
use bytes::BytesMut;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::pump::{Place, Pump};
use crate::answer::{Answer, Lines};
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::head::{Framing, Head};
use crate::listener::http1::Line;
use crate::phases::Passage;
use crate::upstream::{ForwardError, Upload};

/// Whether a request asks for a WebSocket in the one way there is.
pub(super) fn is_handshake(head: &Head) -> bool {
    head.method == Method::GET
        && head.version == Version::HTTP_11
        && head.framing == Framing::Upgrade
        && head.wishes.upgrade
}

/// What the service says to a handshake.
pub(super) enum Reply {
    /// It agrees.
    Agreed(Box<Agreed>),
    /// It answers as to any other request.
    Answered(Box<Answer>),
}

/// A service that waits for frames.
pub(super) struct Agreed {
    lines: Lines,
    service: TcpStream,
    /// What it has sent behind its answer.
    read: BytesMut,
    place: Place,
}

/// Asks the service.
pub(super) async fn ask(passage: Passage<'_>, place: Place) -> Result<Reply, GatewayError> {
    let (reply, lease) = passage.switch().await?;
    if reply.status != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(Reply::Answered(Box::new(passage.back(reply, lease, Upload::none()))));
    }
    if !reply.is_websocket {
        return Err(ForwardError::Switching.into());
    }
    let (service, read) = lease.into_parts();
    Ok(Reply::Agreed(Box::new(Agreed { lines: reply.lines, service, read, place })))
}

impl Agreed {
    /// Tells the client. From here on the connections carry frames.
    pub(super) async fn tell(self, line: Line, exchange: &Exchange) -> io::Result<Pump> {
        let mut lines = self.lines;
        exchange.mark(&mut lines);
        lines.add(b"connection", b"upgrade");
        lines.add(b"upgrade", b"websocket");
        let (mut client, read) = line.into_parts();
        let head = [b"HTTP/1.1 101 Switching Protocols\r\n", lines.as_bytes(), b"\r\n"].concat();
        client.write_all(&head).await?;
        client.flush().await?;
        Ok(Pump::new(client, read, self.service, self.read, self.place))
    }
}
