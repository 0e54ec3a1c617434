//! Third phase: the request goes to its service, and the answer comes back.

use actix_http::body::BodySize;
use actix_http::{ConnectionType, Method, Payload, RequestHead, Response, StatusCode, Version};
use actix_web::http::header;
use hyper::body::{Body as _, Incoming};

use super::Worker;
use crate::body::{Answer, Body};
use crate::credentials::{Credentials, without_token};
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::headers;
use crate::table::Route;
use crate::upstream::{ForwardError, Framing, Lease, Outgoing, Relay, Reply, Upload};

/// A request on its way, and all that the gateway knows about it.
#[derive(Clone, Copy)]
pub struct Passage<'a> {
    /// The worker it is on.
    pub worker: &'a Worker,
    /// The rule about it.
    pub route: &'a Route,
    /// The request as the client sent it.
    pub head: &'a RequestHead,
    /// What was found out about it.
    pub exchange: &'a Exchange,
    /// The token that came with it.
    pub credentials: Credentials<'a>,
}

/// Passes the request on and gives the beginning of the answer; its body follows by itself.
pub(super) async fn forward(
    passage: Passage<'_>,
    payload: Payload,
) -> Result<Answer, GatewayError> {
    let Passage { worker, route, head, .. } = passage;
    let framing = Framing::of(head, &payload);
    let upload = Upload::new(framing, payload, &route.limits)?;
    let onward = Onward { passage, framing };
    let cluster = worker.cluster(route)?;
    let (answer, lease) = cluster.send(&onward, upload, route.limits.first_byte).await?;
    if answer.status().is_informational() {
        return Err(ForwardError::Switching.into());
    }
    Ok(passage.back(answer, lease))
}

impl Passage<'_> {
    /// Asks the service to switch protocols. Gives its answer, whether it does or not.
    pub async fn switch(self) -> Result<Reply, GatewayError> {
        let onward = Onward { passage: self, framing: Framing::Upgrade };
        let cluster = self.worker.cluster(self.route)?;
        Ok(cluster.switch(&onward, self.route.limits.first_byte).await?)
    }

    fn target(self) -> Result<http::uri::PathAndQuery, http::uri::InvalidUri> {
        let uri = &self.head.uri;
        match (self.credentials, uri.query()) {
            (Credentials::Query(_), Some(query)) => without_token(uri.path(), query).try_into(),
            _ => uri.path_and_query().map_or("/", |target| target.as_str()).try_into(),
        }
    }

    /// The answer as the client gets it.
    #[must_use]
    pub fn back(self, answer: http::Response<Incoming>, lease: Lease) -> Answer {
        let (from, body) = answer.into_parts();
        let status = StatusCode::from_u16(from.status.as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
        let size = size_of(&self.head.method, status, &from.headers, &body);
        let stopping = self.route.is_live.then(|| self.worker.shared.life.stopping());
        let pause = self.route.limits.between_chunks;
        let relay = Relay::new(body, size, pause, lease, stopping);
        let mut response = Response::with_body(status, Body::Relayed(Box::new(relay)));
        headers::back(&from.headers, response.headers_mut());
        if status == StatusCode::NOT_MODIFIED
            && let Some(length) = from.headers.get(http::header::CONTENT_LENGTH)
            && let Ok(length) = header::HeaderValue::from_bytes(length.as_bytes())
        {
            // It tells the length of what was not sent.
            response.headers_mut().insert(header::CONTENT_LENGTH, length);
        }
        if size == BodySize::Stream && self.head.version < Version::HTTP_11 {
            // HTTP/1.0 knows no chunks: the body ends with the connection.
            response.head_mut().no_chunking(true);
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
        response
    }
}

/// The request as the service gets it.
struct Onward<'a> {
    passage: Passage<'a>,
    framing: Framing,
}

impl Outgoing for Onward<'_> {
    fn compose(
        &self,
        authority: &http::HeaderValue,
        upload: Upload,
    ) -> http::Result<http::Request<Upload>> {
        let Passage { head, exchange, credentials, .. } = self.passage;
        let mut onward = http::Request::new(upload);
        *onward.method_mut() = http::Method::from_bytes(head.method.as_str().as_bytes())?;
        *onward.uri_mut() = self.passage.target()?.into();
        *onward.headers_mut() = headers::onward(head, exchange, authority)?;
        let to = onward.headers_mut();
        if let Credentials::Query(token) = credentials {
            let bearer = http::HeaderValue::try_from(format!("Bearer {token}"))?;
            to.insert(http::header::AUTHORIZATION, bearer);
        }
        self.framing.tell(to);
        Ok(onward)
    }

    fn is_repeatable(&self) -> bool {
        self.passage.head.method.is_idempotent() && self.framing.is_empty()
    }
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
