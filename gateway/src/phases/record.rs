//! What is written down about a request: one line in the log, one point in a histogram.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_http::body::{BodySize, MessageBody};
use actix_http::{Method, RequestHead, StatusCode};
use bytes::Bytes;
use contracts::UserId;

use super::Findings;
use crate::body::Body;
use crate::exchange::Exchange;
use crate::upstream::RelayError;

/// Longer paths are cut in the log.
const MAX_LOGGED_PATH_CHARS: usize = 200;

/// A request that has been answered, until the last byte of its answer has left. Dropped, it writes
/// its line.
///
/// Of what the client sent it names the method and the path, never a header and never the query:
/// tokens come in both.
pub struct Record {
    method: Method,
    path: String,
    exchange: Exchange,
    status: StatusCode,
    route: Arc<str>,
    upstream: Arc<str>,
    user: Option<UserId>,
    bytes_sent: u64,
    is_whole: bool,
}

impl Record {
    /// The record of a request that is answered with `status`.
    #[must_use]
    pub fn new(
        head: &RequestHead,
        exchange: &Exchange,
        findings: &Findings<'_>,
        status: StatusCode,
    ) -> Self {
        let route = findings.route;
        Self {
            method: head.method.clone(),
            path: head.uri.path().chars().take(MAX_LOGGED_PATH_CHARS).collect(),
            exchange: exchange.clone(),
            status,
            route: route.map_or_else(|| "none".into(), |route| route.label.clone()),
            upstream: route.map_or_else(|| "none".into(), |route| route.upstream.clone()),
            user: findings.identity.map(|identity| identity.user_id),
            bytes_sent: 0,
            is_whole: false,
        }
    }

    /// Counts what was sent in another way than as a body.
    pub fn sent(&mut self, bytes: u64, is_whole: bool) {
        self.bytes_sent = bytes;
        self.is_whole = is_whole;
    }

    /// Counts the request, now that its answer begins.
    pub fn measure(&self) {
        metrics::histogram!(
            "http_request_duration_seconds",
            "method" => method_label(&self.method),
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
        let (method, path) = (&self.method, &self.path);
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
pub struct Recorded {
    body: Body,
    record: Record,
}

impl Recorded {
    pub(super) fn new(body: Body, mut record: Record) -> Self {
        let without_body = record.method == Method::HEAD;
        record.is_whole = without_body || body.size().is_eof();
        Self { body, record }
    }
}

impl MessageBody for Recorded {
    type Error = RelayError;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, RelayError>>> {
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
