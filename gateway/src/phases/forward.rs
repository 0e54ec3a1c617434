//! Third phase: the request goes to its service, and the answer comes back.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::BodySize;
use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, Version, header};
use hyper::body::{Body as _, Incoming};

use super::{Answer, Worker};
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::headers;
use crate::table::Route;
use crate::upstream::{ForwardError, Framing, Lease, Pool, Relay, Upload};

/// Passes the request on and gives the beginning of the answer; its body follows by itself.
pub(super) async fn forward(
    worker: &Worker,
    route: &Route,
    request: &HttpRequest,
    payload: Payload,
    exchange: &Exchange,
) -> Result<Answer, GatewayError> {
    let pool = worker.pool(route)?;
    let framing = Framing::of(request);
    let upload = Upload::new(framing, payload, &route.limits)?;
    let again = || {
        let repeatable = request.method().is_idempotent() && framing.is_empty();
        let repeat = || onward(request, exchange, pool, framing, Upload::none()).ok();
        repeatable.then(repeat).flatten()
    };
    let onward = onward(request, exchange, pool, framing, upload)?;
    let (answer, lease) = pool.send(onward, route.limits.first_byte, again).await?;
    back(request, route, answer, lease)
}

/// The request as the service gets it.
fn onward(
    request: &HttpRequest,
    exchange: &Exchange,
    pool: &Pool,
    framing: Framing,
    upload: Upload,
) -> http::Result<http::Request<Upload>> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut onward = http::Request::new(upload);
    *onward.method_mut() = http::Method::from_bytes(request.method().as_str().as_bytes())?;
    *onward.uri_mut() = http::uri::PathAndQuery::try_from(target)?.into();
    *onward.headers_mut() = headers::onward(request, exchange, pool.origin().authority())?;
    match framing {
        Framing::None => {}
        Framing::Length(bytes) => {
            onward.headers_mut().insert(http::header::CONTENT_LENGTH, bytes.into());
        }
        Framing::Chunked => {
            let chunked = http::HeaderValue::from_static("chunked");
            onward.headers_mut().insert(http::header::TRANSFER_ENCODING, chunked);
        }
    }
    Ok(onward)
}

/// The answer as the client gets it.
fn back(
    request: &HttpRequest,
    route: &Route,
    answer: http::Response<Incoming>,
    lease: Lease,
) -> Result<Answer, GatewayError> {
    let (head, body) = answer.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    if status.is_informational() {
        return Err(ForwardError::Switching.into());
    }
    let size = size_of(request.method(), status, &head.headers, &body);
    let relay = Relay::new(body, size, route.limits.between_chunks, lease);
    let mut response = HttpResponse::with_body(status, relay);
    headers::back(&head.headers, response.headers_mut());
    if status == StatusCode::NOT_MODIFIED
        && let Some(length) = head.headers.get(http::header::CONTENT_LENGTH)
        && let Ok(length) = header::HeaderValue::from_bytes(length.as_bytes())
    {
        // It tells the length of what was not sent.
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    if size == BodySize::Stream && request.version() < Version::HTTP_11 {
        // HTTP/1.0 knows no chunks: the body ends with the connection.
        response.head_mut().no_chunking(true);
        response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    }
    Ok(response.map_into_right_body())
}

/// How the body of an answer is framed for the client.
fn size_of(
    method: &Method,
    status: StatusCode,
    headers: &http::HeaderMap,
    body: &Incoming,
) -> BodySize {
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return BodySize::None;
    }
    if method != Method::HEAD {
        return body.size_hint().exact().map_or(BodySize::Stream, BodySize::Sized);
    }
    // What a GET would have had, though nothing of it comes.
    let length = headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    match length.and_then(|text| text.parse().ok()) {
        Some(length) => BodySize::Sized(length),
        None if headers.contains_key(http::header::TRANSFER_ENCODING) => BodySize::Stream,
        None => BodySize::None,
    }
}
