//! What is written down about a request: one line in the log, one point in a histogram.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{Method, StatusCode};
use bytes::Bytes;
use contracts::UserId;

use super::Findings;
use crate::exchange::Exchange;

/// Longer paths are cut in the log.
const MAX_LOGGED_PATH_CHARS: usize = 200;

/// A request that has been answered, until the last byte of its answer has left. Dropped, it writes
/// its line.
///
/// Of what the client sent it names the method and the path, never a header and never the query:
/// tokens come in both.
pub(super) struct Record {
    request: HttpRequest,
    exchange: Exchange,
    status: StatusCode,
    route: Arc<str>,
    upstream: Arc<str>,
    user: Option<UserId>,
    bytes_sent: u64,
    is_whole: bool,
}

impl Record {
    pub(super) fn new(
        request: &HttpRequest,
        exchange: Exchange,
        findings: &Findings<'_>,
        status: StatusCode,
    ) -> Self {
        let route = findings.route;
        Self {
            request: request.clone(),
            exchange,
            status,
            route: route.map_or_else(|| "none".into(), |route| route.label.clone()),
            upstream: route.map_or_else(|| "none".into(), |route| route.upstream.clone()),
            user: findings.identity.map(|identity| identity.user_id),
            bytes_sent: 0,
            is_whole: false,
        }
    }

    /// Counts the request, now that its answer begins.
    pub(super) fn measure(&self) {
        metrics::histogram!(
            "http_request_duration_seconds",
            "method" => method_label(self.request.method()),
            "route" => self.route.clone(),
            "upstream" => self.upstream.clone(),
            "status" => self.status.as_str().to_owned(),
        )
        .record(self.exchange.started.elapsed());
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if !tracing::enabled!(target: "access", tracing::Level::INFO) {
            return;
        }
        let method = self.request.method();
        let path: String = self.request.path().chars().take(MAX_LOGGED_PATH_CHARS).collect();
        let status = self.status.as_u16();
        tracing::info!(
            target: "access",
            %method,
            path,
            route = &*self.route,
            upstream = &*self.upstream,
            status,
            elapsed_us = u64::try_from(self.exchange.started.elapsed().as_micros()).ok(),
            bytes_sent = self.bytes_sent,
            aborted = !self.is_whole,
            client = %self.exchange.client.address,
            user_id = self.user.map(tracing::field::display),
            request_id = self.exchange.request_id,
            trace_id = self.exchange.trace_id,
            "{method} {path} {status}"
        );
    }
}

/// Methods are free text to a client, but not to a metric.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The body of an answer, with the record of it.
pub(super) struct Recorded<B> {
    body: B,
    record: Record,
}

impl<B: MessageBody> Recorded<B> {
    pub(super) fn new(body: B, mut record: Record) -> Self {
        let without_body = record.request.method() == Method::HEAD;
        record.is_whole = without_body || body.size().is_eof();
        Self { body, record }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Recorded<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        let this = self.get_mut();
        let chunk = ready!(Pin::new(&mut this.body).poll_next(cx));
        match &chunk {
            Some(Ok(bytes)) => {
                this.record.bytes_sent += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            }
            Some(Err(_)) => {}
            None => this.record.is_whole = true,
        }
        Poll::Ready(chunk)
    }
}
