//! From the request of a client to a connection, or to a refusal.

use std::rc::Rc;

use actix_http::ws::{hash_key, verify_handshake};
use actix_http::{Request, body};
use actix_web::HttpMessage as _;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::rt::net::TcpStream;
use bytes::BytesMut;
use chassis::http::error::codes;
use chassis::http::trace::Trace;
use chassis::http::{ApiError, identity};
use chassis::identity::Identity;
use chassis::text::Locale;
use tokio::io::AsyncWriteExt as _;

use super::session;
use super::transport::Transport;
use super::worker::Worker;
use crate::error;
use crate::stomp::Version;

mod origin;

/// Who is connected, and how they are to be spoken to.
pub(super) struct Accepted {
    pub(super) transport: Transport,
    pub(super) identity: Option<Identity>,
    pub(super) locale: Locale,
    pub(super) trace: Trace,
    pub(super) seat: Option<super::seats::Seat>,
}

/// Answers the request, and serves the connection until its end.
pub(super) async fn run(
    worker: Rc<Worker>,
    request: Request,
    mut stream: TcpStream,
    early: BytesMut,
) {
    let trace = Trace::from_headers(request.headers());
    let locale = Locale::negotiate(header(&request, &header::ACCEPT_LANGUAGE).unwrap_or_default());
    // Boxed, because its future is not needed any more for as long as the connection lives.
    match Box::pin(accept(&worker, &request, trace, locale)).await {
        Ok((accepted, answer)) => {
            // The request is not needed any more, and its connection may live for days.
            drop(request);
            if stream.write_all(&answer).await.is_ok() {
                session::run(worker, accepted, stream, early).await;
            }
        }
        Err(error) => {
            tracing::debug!(path = request.path(), "connection refused: {error}");
            metrics::counter!("chat_handshakes_refused_total", "code" => error.code().name)
                .increment(1);
            let answer = Box::pin(refusal(&error, locale, &trace.trace_id())).await;
            // Whoever does not wait for the answer does not need it.
            drop(stream.write_all(&answer).await);
        }
    }
}

/// Checks everything a request has to bring. The token may come later, in `CONNECT`.
async fn accept(
    worker: &Worker,
    request: &Request,
    trace: Trace,
    locale: Locale,
) -> Result<(Accepted, Vec<u8>), ApiError> {
    let transport = transport(request.path()).ok_or_else(|| ApiError::new(&codes::NOT_FOUND))?;
    verify_handshake(request.head()).map_err(|_| ApiError::new(&codes::MALFORMED_REQUEST))?;
    if !origin::is_allowed(request.headers(), &worker.config.allowed_origins) {
        return Err(ApiError::new(&codes::FORBIDDEN));
    }
    let identity = match token(request)? {
        Some(token) => Some(worker.verifier.verify(&token).await?),
        None => None,
    };
    let seat = identity.map(|identity| take_seat(worker, &identity)).transpose()?;
    let answer = answer(request, transport, &trace);
    Ok((Accepted { transport, identity, locale, trace, seat }, answer))
}

/// A seat for somebody's connection.
pub(super) fn take_seat(
    worker: &Worker,
    identity: &Identity,
) -> Result<super::seats::Seat, ApiError> {
    let seat = worker.seats.take(identity.user_id);
    seat.ok_or_else(|| ApiError::new(&error::codes::TOO_MANY_CONNECTIONS))
}

/// `/ws` speaks STOMP as it is; below it there is SockJS, whose clients choose the two words.
fn transport(path: &str) -> Option<Transport> {
    let rest = path.strip_prefix("/ws")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let is_word = |part: &str| !part.is_empty() && !part.contains('.');
    match parts.as_slice() {
        [""] | ["", "" | "websocket"] => Some(Transport::WebSocket),
        ["", server, session, "websocket"] if is_word(server) && is_word(session) => {
            Some(Transport::SockJs)
        }
        _ => None,
    }
}

/// The token of the header, or else of the query. A token that cannot be read is a bad one.
fn token(request: &Request) -> Result<Option<String>, ApiError> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        let token = identity::bearer_token_in(request.headers());
        let token = token.ok_or_else(|| ApiError::new(&codes::UNAUTHENTICATED))?;
        return Ok(Some(token.to_owned()));
    }
    // A token is made of letters that a query need not escape.
    let pairs = request.uri().query().unwrap_or_default().split('&');
    Ok(pairs.filter_map(|pair| pair.strip_prefix("token=")).map(str::to_owned).next())
}

fn answer(request: &Request, transport: Transport, trace: &Trace) -> Vec<u8> {
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY);
    let accept = hash_key(key.map(HeaderValue::as_bytes).unwrap_or_default());
    let mut answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: "
        .to_vec();
    answer.extend_from_slice(&accept);
    answer.extend_from_slice(format!("\r\nX-Trace-Id: {}\r\n", trace.trace_id()).as_bytes());
    if let Some(version) = subprotocol(request) {
        let line = format!("Sec-WebSocket-Protocol: {}\r\n", version.subprotocol());
        answer.extend_from_slice(line.as_bytes());
    }
    answer.extend_from_slice(b"\r\n");
    transport.open(&mut answer);
    answer
}

/// The best of the subprotocols that the client offers and we know.
fn subprotocol(request: &Request) -> Option<Version> {
    let offers: Vec<&str> = request
        .headers()
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    Version::ALL.into_iter().find(|version| offers.contains(&version.subprotocol()))
}

/// The refusal as it goes over the wire.
async fn refusal(error: &ApiError, locale: Locale, trace_id: &str) -> Vec<u8> {
    let response = error.to_response(locale, trace_id);
    let status = response.status();
    let mut answer = format!(
        "HTTP/1.1 {} {}\r\nConnection: close\r\nX-Trace-Id: {trace_id}\r\n",
        status.as_u16(),
        status.canonical_reason().unwrap_or_default()
    )
    .into_bytes();
    for (name, value) in response.headers() {
        answer.extend_from_slice(name.as_str().as_bytes());
        answer.extend_from_slice(b": ");
        answer.extend_from_slice(value.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    let body = body::to_bytes(response.into_body()).await.unwrap_or_default();
    answer.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    answer.extend_from_slice(&body);
    answer
}

fn header<'a>(request: &'a Request, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}
