//! The handshake of a WebSocket (RFC 6455, 4), passed on to the service that answers it.

use std::io;

use actix_http::body::BodySize;
use actix_http::h1::Message;
use actix_http::{ConnectionType, Method, RequestHead, Response, StatusCode, Version};
use actix_web::http::header::{self, HeaderValue};
use bytes::BytesMut;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::pump::{Place, Pump};
use crate::body::Answer;
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::headers;
use crate::listener::Framed;
use crate::phases::Passage;
use crate::upstream::ForwardError;

const WEBSOCKET: &str = "websocket";

/// Whether a request asks for a WebSocket in the one way there is.
pub(super) fn is_handshake(head: &RequestHead) -> bool {
    head.method == Method::GET
        && head.version == Version::HTTP_11
        && head.headers.get(header::UPGRADE).is_some_and(is_websocket)
        && !head.headers.contains_key(header::CONTENT_LENGTH)
        && !head.headers.contains_key(header::TRANSFER_ENCODING)
        && head.upgrade()
}

fn is_websocket(value: &HeaderValue) -> bool {
    value.as_bytes().trim_ascii().eq_ignore_ascii_case(WEBSOCKET.as_bytes())
}

/// What the service says to a handshake.
pub(super) enum Reply {
    /// It agrees.
    Agreed(Box<Agreed>),
    /// It answers as to any other request.
    Answered(Answer),
}

/// A service that waits for frames.
pub(super) struct Agreed {
    headers: http::HeaderMap,
    service: TcpStream,
    /// What it has sent behind its answer.
    read: BytesMut,
    place: Place,
}

/// Asks the service.
pub(super) async fn ask(passage: Passage<'_>, place: Place) -> Result<Reply, GatewayError> {
    let (mut answer, lease) = passage.switch().await?;
    if answer.status() != http::StatusCode::SWITCHING_PROTOCOLS {
        if answer.status().is_informational() {
            return Err(ForwardError::Switching.into());
        }
        return Ok(Reply::Answered(passage.back(answer, lease)));
    }
    let named = answer.headers().get(http::header::UPGRADE).map(http::HeaderValue::as_bytes);
    if !named.is_some_and(|name| name.eq_ignore_ascii_case(WEBSOCKET.as_bytes())) {
        return Err(ForwardError::Switching.into());
    }
    let upgraded = hyper::upgrade::on(&mut answer).await.map_err(ForwardError::from)?;
    let parts = upgraded
        .downcast::<TokioIo<TcpStream>>()
        .map_err(|_| GatewayError::from(ForwardError::Switching))?;
    let headers = std::mem::take(answer.headers_mut());
    let (service, read) = (parts.io.into_inner(), BytesMut::from(&parts.read_buf[..]));
    Ok(Reply::Agreed(Box::new(Agreed { headers, service, read, place })))
}

impl Agreed {
    /// Tells the client. From here on the connections carry frames.
    pub(super) async fn tell(self, mut framed: Framed, exchange: &Exchange) -> io::Result<Pump> {
        let mut response = Response::new(StatusCode::SWITCHING_PROTOCOLS).drop_body();
        headers::back(&self.headers, response.headers_mut());
        exchange.mark(response.headers_mut());
        let upgrade = HeaderValue::from_static(WEBSOCKET);
        response.headers_mut().insert(header::UPGRADE, upgrade);
        response.head_mut().set_connection_type(ConnectionType::Upgrade);
        std::pin::Pin::new(&mut framed).write(Message::Item((response, BodySize::None)))?;
        let parts = framed.into_parts();
        let mut client = parts.io;
        client.write_all(&parts.write_buf).await?;
        client.flush().await?;
        Ok(Pump::new(client, parts.read_buf, self.service, self.read, self.place))
    }
}
